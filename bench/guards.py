"""What the sign-in costs a page of the dashboards: opened by somebody who signed in, beside the open demonstration's.

The register is a country's: 3,321 communes stand beside the demonstration's, which alone have answers. Of the roles, the
committee sees all and a unit what lies below it: the province of the most answers, so that both sides draw nearly the same.
"""

import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from survey_app.recording.register import record_register_entries
from survey_app.register import Unit
from survey_app.sign_in_rule import hash_token, new_token

AIM = 1.05
PAGES = ("overview", "units")
PROVINCES, COMMUNES = 34, 3321
READERS = {"committee": None, "unit": "tinh.82"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens, and its process."""

    port: int
    pid: int

    def worked(self) -> float:
        """Processor seconds so far, of all its threads."""
        return time.clock_gettime((~self.pid << 3) | 2)  # what clock_getcpuclockid() gives for another process


def run(*, quick: bool = False) -> list[dict]:
    """One row a role and page: everything from the page's address to the end of its script, warm, in alternation."""
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder, serving(folder, "demo") as open_:
        add_country(Path(folder))
        with serving(folder, "serve") as guarded:
            return [
                measure(page, role, open_, guarded, cookie, repeats=3 if quick else 41)
                for role, cookie in signed_in(Path(folder)).items()
                for page in PAGES
            ]


def add_country(folder: Path) -> None:
    """3,321 communes of 34 provinces, besides what the demonstration has."""
    above = [Unit(f"nuoc.{at}", "tỉnh", f"Tân {at}", "bench") for at in range(PROVINCES)]
    below = [Unit(f"nuoc.xa.{at}", "xã", f"Tân {at}", "bench", f"nuoc.{at % PROVINCES}") for at in range(COMMUNES)]
    engine = open_database(f"sqlite:///{folder}/hailong.db")
    with engine.begin() as connection:
        record_register_entries(connection, units=[*above, *below])
    engine.dispose()


@contextmanager
def serving(folder: str, command: str) -> Iterator[Server]:
    """A server of that command on the folder's record."""
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
        yield Server(port, server.pid)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def answers(port: int) -> bool:
    try:
        urlopen(f"http://{HOST}:{port}/health").close()
    except URLError:
        return False
    return True


def signed_in(folder: Path) -> dict[str, str]:
    """By role, the cookie of a reader."""
    now, found = local_now(), {}
    engine = open_database(f"sqlite:///{folder}/hailong.db")
    with engine.begin() as connection:
        for role, unit in READERS.items():
            name, token = f"reader-{role}", new_token()
            account = {"name": name, "shown_name": name, "role": role, "unit": unit, "password": ""}
            record_user(connection, **account, created=now.date())
            record_sign_in(connection, hash_token(token), name, at=now, way="password")
            found[role] = f"hailong={token}"
    engine.dispose()
    return found


def measure(page: str, role: str, open_: Server, guarded: Server, cookie: str, *, repeats: int) -> dict:
    """Processor time of either server, which other work on the machine moves least; the waits are said beside."""
    worked, waited = [], []
    for number in range(repeats + 1):
        sides = ((guarded, cookie), (open_, ""))
        before = {server: server.worked() for server, _ in sides}
        took = {server: seconds(page, server.port, kept) for server, kept in (sides if number % 2 else reversed(sides))}
        worked.append(tuple(server.worked() - before[server] for server, _ in sides))
        waited.append((took[guarded], took[open_]))
    ratios = sorted(ours / theirs for ours, theirs in worked[1:])
    ours, theirs = zip(*worked[1:], strict=True)
    return {
        "what": f"page «{page}» of the dashboards, signed in with the role {role}, processor time",
        "ours_s": statistics.median(ours),
        "against": "the same page, open",
        "against_s": statistics.median(theirs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "ratio_of_the_least": min(ours) / min(theirs),
        "waited_s": [statistics.median(side) for side in zip(*waited[1:], strict=True)],
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
            f"ratio {row['ratio']:.3f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f}), of the least {row['ratio_of_the_least']:.3f}, "
            f"aim {row['aim']}; waited {row['waited_s'][0] * 1000:.0f} and {row['waited_s'][1] * 1000:.0f} ms"
        )
