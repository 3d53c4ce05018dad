"""What the sign-in costs a page of the dashboards: opened by somebody who signed in, beside the open demonstration's."""

import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from bench.load import HOST
from bench.server import RESULTS
from survey_app.db import open_database
from survey_app.door import local_now
from survey_app.recording.people import record_sign_in, record_user
from survey_app.sign_in_rule import hash_token, new_token

AIM = 1.05
PAGES = ("overview", "units")


def run(*, quick: bool = False) -> list[dict]:
    """One row a page: everything from the page's address to the end of its script, warm, in alternation."""
    RESULTS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=RESULTS) as folder,
        serving(folder, "demo") as open_,
        serving(folder, "serve") as guarded,
    ):
        cookie = signed_in(Path(folder))
        return [measure(page, open_, guarded, cookie, repeats=3 if quick else 41) for page in PAGES]


@contextmanager
def serving(folder: str, command: str) -> Iterator[int]:
    """A server of that command on the folder's record; its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = {
        "HAILONG_DATA_DIR": folder,
        "HAILONG_PORT": str(port),
        "HAILONG_RATE_LIMIT": "off",
        "PATH": "/usr/bin",
    }
    server = subprocess.Popen([sys.executable, "-m", "survey_app", command], env=environment, stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            assert server.poll() is None
            time.sleep(0.2)
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def answers(port: int) -> bool:
    try:
        urlopen(f"http://{HOST}:{port}/health").close()
    except URLError:
        return False
    return True


def signed_in(folder: Path) -> str:
    """The cookie of a committee's reader."""
    token, now = new_token(), local_now()
    engine = open_database(f"sqlite:///{folder}/hailong.db")
    with engine.begin() as connection:
        record_user(
            connection, name="reader", shown_name="Reader", role="committee", unit=None, password="", created=now.date()
        )
        record_sign_in(connection, hash_token(token), "reader", at=now, way="password")
    engine.dispose()
    return f"hailong={token}"


def measure(page: str, open_: int, guarded: int, cookie: str, *, repeats: int) -> dict:
    pairs = []
    for number in range(repeats + 1):
        sides = ((guarded, cookie), (open_, ""))
        timed = {port: seconds(page, port, kept) for port, kept in (sides if number % 2 else reversed(sides))}
        pairs.append((timed[guarded], timed[open_]))
    ratios = sorted(ours / theirs for ours, theirs in pairs[1:])
    return {
        "what": f"page «{page}» of the dashboards, signed in",
        "ours_s": statistics.median(ours for ours, _ in pairs[1:]),
        "against": "the same page, open",
        "against_s": statistics.median(theirs for _, theirs in pairs[1:]),
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "aim": f"≤ {AIM}×",
    }


def seconds(page: str, port: int, cookie: str) -> float:
    """From asking for the page until its script has ended."""
    address, headers = f"{HOST}:{port}/dashboards", {"cookie": cookie} if cookie else {}
    began = time.perf_counter()
    for path in (page, "_stcore/host-config"):
        urlopen(Request(f"http://{address}/{path}", headers=headers)).close()
    said = BackMsg()
    said.rerun_script.page_name = page
    stream = connect(
        f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], additional_headers=headers, max_size=None
    )
    with stream:
        stream.send(said.SerializeToString())
        pictures = 0
        while True:
            told = ForwardMsg.FromString(stream.recv())
            pictures += told.delta.new_element.HasField("plotly_chart")
            if told.HasField("script_finished"):
                break
    assert pictures, f"{page} on {port} showed no picture"
    return time.perf_counter() - began


if __name__ == "__main__":
    for row in run(quick="--quick" in sys.argv):
        print(
            f"{row['what']}: {row['ours_s'] * 1000:.1f} ms; {row['against']}: {row['against_s'] * 1000:.1f} ms; "
            f"ratio {row['ratio']:.3f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f}), aim {row['aim']}"
        )
