#!/usr/bin/env bash
# Builds the source archive, the wheel from it, installs the wheel into a fresh environment, does the
# main job there, opens the window on the demo (painted in memory), removes it and looks for traces.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
environment=${FLUXKNOT_BUNDLE_VENV:-$root/.venv-bundle}
need_system_packages "${window_packages[@]}"
need_environment "$root/packaging/requirements-bundle.lock"
"$environment/bin/python" -m build --no-isolation --outdir "$fresh/dist" "$root" >/dev/null

environment=$fresh/environment
find_python
"$python" -m venv "$environment"
bin="$environment/bin"
say "installing the locked dependencies"
"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/packaging/requirements.lock"
site() { "$bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
all_files() { find "$(site)" "$bin" -name __pycache__ -prune -o -print | sort; }
all_files > "$fresh/before"
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index "$fresh"/dist/fluxknot-*.whl

say "the main job"
export HOME=$fresh/home XDG_CACHE_HOME=$fresh/home/.cache QT_QPA_PLATFORM=offscreen
mkdir -p "$HOME"
cd "$fresh"
"$bin/fluxknot" --version
"$bin/fluxknot" demo demo --size small >/dev/null
"$bin/fluxknot" export demo/demo.fluxknot --what vectors,report --out report >/dev/null
test -s report/report.html

say "the window on the demo"
status=0
timeout --signal=TERM 40 "$bin/fluxknot" demo/demo.fluxknot 2>"$fresh/said" || status=$?
[ "$status" -eq 124 ] || [ "$status" -eq 0 ] || { cat "$fresh/said" >&2; fail "the window ended with $status"; }
if grep -rl Traceback "$fresh/home" "$fresh/said"; then fail "the program met a fault"; fi

say "removing it"
"$bin/python" -m pip uninstall --quiet --yes fluxknot
all_files > "$fresh/after"
diff "$fresh/before" "$fresh/after" || fail "these files were left behind"
say "the wheel and the source archive are good: $(cd "$fresh/dist" && du -h -- * | tr '\n\t' '; ')"
