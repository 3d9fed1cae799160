#!/usr/bin/env bash
# Sets everything up and opens Fluxknot on the demo; without a display runs the demo headless.
# Arguments, if any, are handed to the program in place of --demo.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

need_system_packages "${window_packages[@]}"
need_environment "$root/packaging/requirements.lock"
fluxknot="$environment/bin/fluxknot"

if [ $# -gt 0 ]; then
    exec "$fluxknot" "$@"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$fluxknot" --demo
fi

out=${FLUXKNOT_OUT:-$root/out}
say "no display: running the demo headless"
session=$("$fluxknot" demo "$out/demo" --size small --force)
"$fluxknot" export "$session" --what vectors,tables,report --out "$out/report" --force >/dev/null
say "the report is in $out/report/report.html"
