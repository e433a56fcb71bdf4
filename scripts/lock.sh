#!/bin/sh
# Writes the lock files anew: every package pinned and hashed, and no address of any index.
#   scripts/lock.sh              keeps what is pinned where the bounds still allow it
#   scripts/lock.sh --upgrade    takes the newest that the bounds allow
set -eu
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"
compile() {
    .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes "$@"
}
compile requirements/build.in -o requirements/build.txt "$@"
compile requirements/node.in -o requirements/node.txt "$@"
compile pyproject.toml --extra postgres -c requirements/build.txt -o requirements/run.txt "$@"
compile pyproject.toml requirements/build.in --extra postgres --group dev \
    -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt "$@"
npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
