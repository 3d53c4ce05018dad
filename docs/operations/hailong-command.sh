#!/bin/sh
# /usr/local/bin/hailong – the command for the administrator (root): as the user hailong, with the server's settings.
# Secrets go by the environment, never by an argument that others could see.
set -eu
[ "$(id -u)" = 0 ] || { echo "Run it as root: sudo hailong $*" >&2; exit 1; }
set -a
. /etc/hailong/hailong.env
HAILONG_SECRET_KEY=$(cat /etc/hailong/secret.key)
[ ! -e /etc/hailong/database-url ] || HAILONG_DATABASE_URL=$(cat /etc/hailong/database-url)
set +a
cd "$HAILONG_DATA_DIR"
exec setpriv --reuid=hailong --regid=hailong --init-groups --no-new-privs -- /opt/hailong/current/bin/hailong "$@"
