#!/bin/sh
# Installs this bundle without any network into a folder of its own, /opt/hailong/releases/VERSION, and touches nothing
# that runs. Another place: PREFIX=/srv/hailong sh install.sh. Another Python: PYTHON=python3.11 sh install.sh.
set -eu
cd "$(dirname "$0")"
prefix=${PREFIX:-/opt/hailong}
python=${PYTHON:-python3}
version=$(cat VERSION)
release=$prefix/releases/$version

stop() { echo "$1" >&2; exit 1; }

command -v "$python" >/dev/null || stop "No $python here. Install it (Debian: apt install python3 python3-venv) and run this again."
"$python" -c 'import venv, ensurepip' 2>/dev/null || stop "$python has no venv module. Install it (Debian: apt install python3-venv) and run this again."
here=$("$python" -c 'import sys, sysconfig; print("cp%d%d" % sys.version_info[:2], sysconfig.get_platform())')
[ "$here" = "$(cat PLATFORM)" ] || stop "This bundle is for $(cat PLATFORM), but $python is $here. Make the bundle with the same Python on the same kind of machine."
sha256sum --check --quiet --strict SHA256SUMS || stop "The bundle is damaged: copy it again."
[ ! -e "$release" ] || stop "$release is there already. To install it again, remove it first: rm -r $release"

umask 022
mkdir -p "$prefix/releases"
# Whole or not at all: an installation that stops takes away what it began.
trap 'rm -rf "$release"' EXIT
trap 'exit 1' INT TERM
"$python" -m venv "$release"
"$release/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
  --no-index --find-links wheels --require-hashes --no-deps --requirement requirements.lock
"$release/bin/python" -m compileall -q "$release/lib" >/dev/null || true
cp -r docs README.md CHANGELOG.md LICENSE VERSION "$release/"
"$release/bin/hailong" --help >/dev/null || stop "The installed program does not start; nothing was left behind."
trap - EXIT
[ -e "$prefix/current" ] || ln -s "releases/$version" "$prefix/current"
echo "Installed in $release"
echo "In use: $(readlink -f "$prefix/current")"
