"""The pictures of the README and of the manuals show the pages that there are: each is looked at anew."""

import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from PIL import Image

from docs.manual_pages import take_manuals
from docs.picture import PICTURES, kept_words, shown_words
from docs.take_pictures import PUBLIC_URL, code_of_the_demo_desk, take_pages
from tests.conftest import ROOT, own_environment, wait_for
from tests.test_manuals import MANUALS, text_of

PAPER = {"poster", "tent", "cards"}
"""Drawn from one call, which its own tests hold."""

SECONDS_TO_DRAW = 10
"""A page may still be drawing when its network is quiet; a stale picture's page is waited for in vain."""


@pytest.fixture(scope="module")
def copied(demo, tmp_path_factory):
    """A demonstration of its own, from the untouched data of the running one: its pictures begin before the first account."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copy(demo.untouched, folder / "hailong.db")
    shutil.copy(demo.folder / "secret.key", folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = own_environment(HAILONG_DATA_DIR=str(folder), HAILONG_PORT=str(port), HAILONG_PUBLIC_URL=PUBLIC_URL)
    server = subprocess.Popen([sys.executable, "-m", "survey_app", "demo"], env=environment, cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server)
        yield f"http://127.0.0.1:{port}", code_of_the_demo_desk(f"http://127.0.0.1:{port}", server), environment
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def test_no_picture_is_stale(copied, browser):
    address, code, environment = copied
    now = {}

    def look(page, name):
        page.wait_for_load_state("networkidle")
        until = time.monotonic() + SECONDS_TO_DRAW
        while (words := shown_words(page, name)) != kept_words(name) and time.monotonic() < until:
            page.wait_for_timeout(200)
        now[name] = words

    take_pages(browser, address, code, look)
    take_manuals(browser, address, code, environment, look)
    kept = {name: kept_words(name) for name in now}
    stale = {name: (kept[name], words) for name, words in now.items() if words != kept[name]}
    assert stale == {}, "take them again: make pictures"
    assert all(len(words) > 40 for words in kept.values())
    there = {str(path.relative_to(PICTURES).with_suffix("")) for path in PICTURES.rglob("*.png")}
    assert there == kept.keys() | PAPER


def test_every_picture_is_shown_somewhere_and_small():
    shown = (ROOT / "README.md").read_text(encoding="utf-8") + "".join(map(text_of, MANUALS))
    for path in PICTURES.rglob("*.png"):
        assert f"pictures/{path.relative_to(PICTURES)}" in shown
        manual = path.parent.name == "manuals"
        assert path.stat().st_size <= (150_000 if manual else 220_000), path
        assert Image.open(path).width <= (1000 if manual else 1300), path
