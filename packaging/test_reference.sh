#!/usr/bin/env bash
# Compares the engine with jwst, stdatamodels and PyDL in an environment of their own.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$root"

reference=${FLUXKNOT_REFERENCE_VENV:-$root/.venv-reference}
find_python
if [ ! -x "$reference/bin/python" ]; then
    say "making the reference environment in $reference"
    "$python" -m venv "$reference"
fi
lock=$root/packaging/requirements-reference.lock
if ! cmp -s "$lock" "$reference/.locked"; then
    say "installing jwst, stdatamodels and PyDL (once)"
    "$reference/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" "$reference/.locked"
fi
# The settings of the fast tier turn warnings into errors and ask for pytest-qt: neither fits here.
QT_QPA_PLATFORM=offscreen PYTHONPATH="$root" "$reference/bin/python" -m pytest -c /dev/null \
    --rootdir="$root" --import-mode=importlib -p no:cacheprovider -q -m reference tests/reference
