#!/usr/bin/env bash
# Sets everything up and runs every check and test of the fast tier.
#   packaging/test.sh          the fast tier: format, lint, types, contracts, tests
#   packaging/test.sh --full   also rigs, pulls and the comparison with jwst and PyDL
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$root"

need_system_packages "${window_packages[@]}" "${test_packages[@]}"
need_environment "$root/packaging/requirements-test.lock"
bin="$environment/bin"
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 TZ=UTC

examples=(--hypothesis-profile "$([ "${1:-}" = "--full" ] && echo new || echo same) examples")
rigs=(-o faulthandler_timeout=1800)  # some take minutes
tests=(-n 2 --dist loadscope --max-worker-restart=0)  # a crash ends the run, and is seen
step() { say "$1"; shift; "$@"; }
step "format" "$bin/ruff" format --quiet --check .
step "lint" "$bin/ruff" check --quiet .
step "types" "$bin/mypy"
step "contracts" "$bin/lint-imports" --no-logo
step "tests" "$bin/python" -m pytest "${tests[@]}" "${examples[@]}" -m "not rig and not reference"
if [ "${1:-}" = "--full" ]; then
    step "rigs and pulls" "$bin/python" -m pytest "${tests[@]}" "${examples[@]}" "${rigs[@]}" -m "rig and not clock"
    step "rigs that look at the clock" "$bin/python" -m pytest "${rigs[@]}" -m clock
    bash packaging/test_reference.sh
fi
