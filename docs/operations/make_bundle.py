"""Packs everything an office's server needs into one archive that installs without a network: `make bundle`."""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("survey_app", "scoring", "dashboards", "qr_codes")
PAPERS = ("README.md", "CHANGELOG.md", "LICENSE")
UNITS = ("geographiclib", "geopy", "shapely", "tqdm", "unidecode", "vietnamadminunits")
"""The extra `units` with what it needs: official codes of provinces and communes. `requirements-dev.lock` pins them."""


def main() -> None:
    """Read the command line, pack, and say what came out."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the archive")
    reader.add_argument("--source", type=Path, default=ROOT, help="the project's own folder")
    words = reader.parse_args()
    bundle = make_bundle(words.source, words.out)
    sys.stdout.write(f"{bundle} {bundle.stat().st_size / 1e6:.0f} MB\n")


def make_bundle(source: Path, out: Path) -> Path:
    """One archive: the pinned wheels for this platform and Python, the project's own, the script, the documents.

    Args:
        source: the project's folder.
        out: the folder that gets the archive.

    Returns:
        The archive; it unpacks into one folder of its name.
    """
    name = bundle_name(source)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        bundle = Path(folder) / name
        (bundle / "wheels").mkdir(parents=True)
        lock = lock_of(source)
        (bundle / "requirements.lock").write_text(lock, encoding="utf-8")
        download(bundle / "requirements.lock", bundle / "wheels")
        own = build(source, bundle / "wheels")
        with (bundle / "requirements.lock").open("a", encoding="utf-8") as file:
            file.write(f"hailong=={version_of(source)} --hash=sha256:{digest(own)}\n")
        copy_papers(source, bundle)
        (bundle / "PLATFORM").write_text(platform() + "\n", encoding="ascii")
        (bundle / "VERSION").write_text(version_of(source) + "\n", encoding="ascii")
        write_sums(bundle)
        archive = Path(folder) / f"{name}.tar"
        with tarfile.open(archive, "w") as tar:  # wheels are packed already: packing again saves nothing
            tar.add(bundle, arcname=name, filter=nobodys)
        return archive.replace(out / archive.name)


def platform() -> str:
    """Which Python on which machine the wheels are for, such as `cp311 linux-x86_64`."""
    return f"cp{sys.version_info.major}{sys.version_info.minor} {sysconfig.get_platform()}"


def version_of(source: Path) -> str:
    """The project's version."""
    return str(tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def bundle_name(source: Path) -> str:
    """Name of the archive without its ending, and of the folder in it."""
    return f"hailong-{version_of(source)}-{platform().replace(' ', '-')}"


def lock_of(source: Path) -> str:
    """The pins to run, and those of the extra `units`, with their hashes."""
    extra = [block for block in blocks(source / "requirements-dev.lock") if block.partition("==")[0] in UNITS]
    own = blocks(source / "requirements.lock")
    return "".join([*own, *(block for block in extra if block not in own)])


def blocks(lock: Path) -> list[str]:
    """A lock's pins, each with the lines of its hashes."""
    return re.split(r"^(?=[a-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def download(lock: Path, wheels: Path) -> None:
    """The wheels of a lock, each as its hash says."""
    pip("download", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", lock, "--dest", wheels)


def build(source: Path, wheels: Path) -> Path:
    """The project's own wheel, built from a copy, so that nothing left over in the folder gets into it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for each in PACKAGES:
            shutil.copytree(source / each, copy / each, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(source / name, copy / name)
        pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels, copy)
    return next(wheels.glob("hailong-*.whl"))


def pip(*words: str | Path) -> None:
    """One step of pip; its own words are shown only if it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}\nThe bundle was not made: pip {words[0]} failed, see above.")


def copy_papers(source: Path, bundle: Path) -> None:
    """What is read, and the script that installs."""
    for name in PAPERS:
        shutil.copy(source / name, bundle / name)
    shutil.copytree(source / "docs", bundle / "docs", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copy(source / "docs" / "operations" / "install.sh", bundle / "install.sh")


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_sums(bundle: Path) -> None:
    """The list of every file with its SHA-256, as `sha256sum --check` reads it."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(bundle).as_posix()}\n" for path in files]
    (bundle / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file of the archive without the name of who packed it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode |= 0o444 | (0o111 if entry.isdir() else 0)
    return entry


if __name__ == "__main__":
    main()
