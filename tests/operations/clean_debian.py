"""A clean Debian of its own systemd, started without any network: what docs/operations.md is tried on."""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("debootstrap", "systemd-nspawn", "nsenter", "chroot")
MIRROR = "http://deb.debian.org/debian"
BLOCK = re.compile(r"^```sh run(?:=(?P<name>[a-z]+))?\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


def missing_tools() -> str:
    """What this machine lacks to start a Debian; empty if nothing."""
    if os.geteuid() != 0:
        return "root, who alone may start a system in a folder"
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"{', '.join(lacking)} (Debian: apt install debootstrap systemd-container)" if lacking else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page that is executed. name: of the kind that the runner treats in its own way, or empty."""

    name: str
    script: str


def read_blocks(page: Path) -> list[Block]:
    """The page's blocks, in their order."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(each["name"] or "", each["script"]) for each in found]


class CleanDebian:
    """A Debian in a folder. Before it is started it has this machine's network, afterwards none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._boot: subprocess.Popen[bytes] | None = None
        self._leader = ""

    def make(self, base: Path, *, suite: str) -> None:
        """Copy the base, which is fetched once.

        debootstrap may leave its /proc mounted there; whoever copied that copied this machine's memory.
        """
        if not (base / "usr/bin/systemctl").exists():
            shutil.rmtree(base, ignore_errors=True)
            packages = "--include=systemd,systemd-sysv,dbus,ca-certificates,adduser"
            done(["debootstrap", "--variant=minbase", packages, suite, str(base), MIRROR], seconds=900)
            subprocess.run(["umount", "--lazy", str(base / "proc")], capture_output=True, check=False)
        shutil.rmtree(self.root, ignore_errors=True)
        done(["cp", "--archive", "--one-file-system", str(base), str(self.root)])

    def run_online(self, script: str) -> str:
        """A step that asks Debian's mirror, before the start; nothing that it installs is started."""
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        environment = PLAIN | {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            return done(["chroot", str(self.root), "sh", "-eu", "-c", script], environment=environment, seconds=900)
        finally:
            policy.unlink()

    def start(self) -> None:
        """Start it, with a loopback and no other network, and wait until it is up."""
        log = self.root.with_suffix(".log").open("wb")
        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--boot"]
        self._boot = subprocess.Popen(
            [*words, f"--directory={self.root}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        until(self._find_leader, seconds=60)
        until(lambda: self.says("systemctl is-system-running") in {"running", "degraded"}, seconds=120)

    def _find_leader(self) -> bool:
        assert self._boot is not None
        assert self._boot.poll() is None, self.root.with_suffix(".log").read_text(errors="replace")
        with suppress(OSError):
            children = Path(f"/proc/{self._boot.pid}/task/{self._boot.pid}/children").read_text().split()
            self._leader = next((pid for pid in children if _name_of(pid) == "systemd"), "")
        return bool(self._leader)

    def run(self, script: str, *, seconds: float = 300) -> str:
        """What a script of root's says inside; a step that fails ends the test with its own words."""
        return done([*self._inside(), "sh", "-eu", "-c", f"cd /root\n{script}"], environment=PLAIN, seconds=seconds)

    def says(self, script: str) -> str:
        """The same, whether it fails or not."""
        words = [*self._inside(), "sh", "-c", script]
        return subprocess.run(words, env=PLAIN, capture_output=True, text=True, check=False).stdout.strip()

    def _inside(self) -> list[str]:
        namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root"]
        return ["nsenter", f"--target={self._leader}", *namespaces]

    def program_in_its_network(self, program: str, script: Path) -> Path:
        """A script that starts a program of this machine in the network of that one."""
        script.write_text(f'#!/bin/sh\nexec nsenter --target={self._leader} --net "{program}" "$@"\n')
        script.chmod(0o755)
        return script

    def stop(self) -> None:
        """Shut it down; the folder goes away with whoever made it."""
        if self._boot is None:
            return
        self.says("systemctl poweroff")
        try:
            self._boot.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._boot.send_signal(signal.SIGKILL)
            self._boot.wait(timeout=30)


def _name_of(pid: str) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def done(words: list[str], *, environment: dict[str, str] | None = None, seconds: float = 300) -> str:
    """What a command says; if it fails, so does the test, with everything that it said."""
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=seconds)
    assert ran.returncode == 0, f"{words[-1]}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def until(held, *, seconds: float) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < end, f"not within {seconds} seconds: {held}"
        time.sleep(0.3)
