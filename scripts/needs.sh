#!/bin/sh
# The Debian packages that `make test` needs: installs them as root, names them otherwise.
set -eu
missing=
command -v chromium >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Stopped: the tests need these Debian packages:$missing" >&2
    echo "Install them and start again: sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
# shellcheck disable=SC2086  # one word a package
apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
