#!/bin/sh
# /usr/local/bin/hailong – the command for the administrator (root): as the user hailong, with the server's settings.
# It stays in the folder where you are: a file that you name must be readable by the user hailong, a new one writable.
# Secrets go by the environment, never by an argument that others could see.
set -eu
[ "$(id -u)" = 0 ] || { echo "Run it as root: sudo hailong $*" >&2; exit 1; }
set -a
. /etc/hailong/hailong.env
HAILONG_SECRET_KEY=$(cat /etc/hailong/secret.key)
[ ! -e /etc/hailong/database-url ] || HAILONG_DATABASE_URL=$(cat /etc/hailong/database-url)
set +a
exec setpriv --reuid=hailong --regid=hailong --init-groups --no-new-privs -- /opt/hailong/current/bin/hailong "$@"
