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
# The warnings of the reference packages are not ours to mend.
QT_QPA_PLATFORM=offscreen "$reference/bin/python" -m pytest tests/reference -m reference \
    -o filterwarnings=default -p no:pytest-qt
