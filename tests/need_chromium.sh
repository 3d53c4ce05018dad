#!/bin/sh
# The browser tests drive Debian's Chromium. Install it where that is allowed, else say how.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing chromium with apt (once) …"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null && exit 0
fi
echo "The browser tests need Chromium: run 'sudo apt install chromium' and then make test again." >&2
exit 1
