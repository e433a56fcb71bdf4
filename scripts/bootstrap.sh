#!/bin/sh
# Makes .venv fit the lock files, or says in one sentence why it cannot.
#   scripts/bootstrap.sh run    what the tracker needs
#   scripts/bootstrap.sh dev    that, and what its tests need
# PYTHON=/path/to/python3.12 chooses the Python. A start with nothing to do takes no time.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-run}
venv=.venv
fit='import sys; sys.exit(sys.version_info < (3, 11))'

say() { printf '%s\n' "$*"; }
die() { printf 'Stopped: %s\n' "$*" >&2; exit 1; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$name" -c "$fit" 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no ${PYTHON:-python3}"
    die "Python 3.11 or newer is needed, and this machine has $found." \
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
}

need_venv_module() {
    "$1" -c 'import venv, ensurepip' 2>/dev/null && return
    package=python3-venv
    case $1 in *python3.*) package=$(basename "$1")-venv ;; esac
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing $package, which Python's venv module needs ..."
        apt-get update -qq </dev/null >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "$package" </dev/null >/dev/null || true
    fi
    "$1" -c 'import venv, ensurepip' 2>/dev/null || die "Python's venv module is missing." \
        "Install $package (on Debian and Ubuntu: sudo apt-get install $package) and start again."
}

has_npm() {
    version=$(npm --version 2>/dev/null) || return 1
    [ "${version%%.*}" -ge 7 ] 2>/dev/null
}

locks() {
    case $1 in dev) say requirements/dev.txt ;; *) say requirements/run.txt requirements/build.txt ;; esac
    has_npm || say requirements/node.txt
}

fingerprint() {
    # The folder counts too: a virtual environment that was moved does not work.
    {
        pwd
        cat $(locks "$1") scripts/bootstrap.sh pyproject.toml hatch_build.py package-lock.json
    } | sha256sum
}

is_ready() {
    for stamp in dev "$mode"; do
        if [ "$(cat "$venv/stamp-$stamp" 2>/dev/null)" = "$(fingerprint "$stamp")" ] &&
            [ -x "$venv/bin/dsar" ] && [ -f dsar/static/vendor/stamp.txt ] &&
            "$venv/bin/python" -c "$fit" 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

make_venv() {
    # A start that was cut short leaves its mark; what it left behind is not trusted.
    if [ -e "$venv/unfinished" ] || ! "$venv/bin/python" -c "import pip; $fit" 2>/dev/null; then
        rm -rf "$venv"
        python=$(find_python)
        need_venv_module "$python"
        say "Creating $venv with $("$python" --version) ..."
        mkdir "$venv" && : > "$venv/unfinished"
        "$python" -m venv "$venv"
    fi
    rm -f "$venv"/stamp-*
    : > "$venv/unfinished"
}

install() {
    say "Installing what requirements/ pins (a minute or two the first time) ..."
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    files=$(for lock in $(locks "$mode"); do printf ' -r %s' "$lock"; done)
    "$venv/bin/python" -m pip install -qq --require-hashes $files &&
        "$venv/bin/python" -m pip install -qq --no-build-isolation --no-deps -e . ||
        { rm "$venv/unfinished"; die "the packages could not be installed; the lines above say" \
            "why. Is the package index reachable? Starting again goes on where this stopped."; }
    fingerprint "$mode" > "$venv/stamp-$mode"
    rm "$venv/unfinished"
}

(: > .writable && rm .writable) 2>/dev/null ||
    die "this folder cannot be written to: $(pwd). Clone the project where you may write."
is_ready || { make_venv; install; }
