# Sourced by run.sh and test.sh: finds Python, the system libraries and the virtual environment.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${FLUXKNOT_VENV:-$root/.venv}

say() { printf 'fluxknot: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Debian packages that hold the libraries Qt loads at run time, and a font to draw with.
window_packages=(
    libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3 fonts-dejavu-core
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0
)
test_packages=(xvfb xauth xdotool)

is_installed() {
    # libglib2.0-0 is called libglib2.0-0t64 where time became 64 bits wide.
    # dpkg-query fails when one of the two names is not known, which is not the question here.
    { dpkg-query -W -f='${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null || true; } | grep -qx installed
}

need_system_packages() {
    command -v dpkg-query >/dev/null || return 0
    local missing=() name
    for name in "$@"; do is_installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            fail "these system packages are missing; install them with: sudo apt-get install ${missing[*]}"
        fi
    fi
    say "installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq || say "the package lists could not be renewed; trying all the same"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null || fail "could not install: ${missing[*]}"
}

find_python() {
    local candidate
    for candidate in "${FLUXKNOT_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            python=$candidate
            return
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is needed; this machine has $(python3 --version 2>&1 || echo none)."
}

need_environment() {
    local lock=$1 stamp="$environment/.locked-$(basename "$1")"
    find_python
    if [ ! -x "$environment/bin/python" ]; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            need_system_packages python3-venv
        fi
        say "making a virtual environment in $environment"
        "$python" -m venv "$environment" || fail "could not make $environment"
    fi
    if ! cmp -s "$lock" "$stamp"; then
        say "installing the locked dependencies (once)"
        "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
            --require-hashes -r "$lock" || fail "could not install the dependencies of $lock"
        cp "$lock" "$stamp"
    fi
    # The project names its commands: when it changes, they are made anew.
    stamp="$environment/.installed-pyproject.toml"
    if ! cmp -s "$root/pyproject.toml" "$stamp"; then
        say "installing Fluxknot"
        "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --no-build-isolation --editable "$root" || fail "could not install Fluxknot"
        cp "$root/pyproject.toml" "$stamp"
    fi
}
