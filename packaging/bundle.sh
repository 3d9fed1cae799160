#!/usr/bin/env bash
# Builds the program with Python and all its libraries as one folder: dist/fluxknot.
# The wheel and the source archive are built on the way: dist/*.whl, dist/*.tar.gz.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

dist=${FLUXKNOT_DIST:-$root/dist}
environment=${FLUXKNOT_BUNDLE_VENV:-$root/.venv-bundle}
need_system_packages "${window_packages[@]}" binutils
need_environment "$root/packaging/requirements-bundle.lock"
bin="$environment/bin"

say "building the wheel and the source archive"
rm -rf "$dist"
"$bin/python" -m build --no-isolation --outdir "$dist" "$root" >/dev/null
# From the wheel, as users get it: the editable install of the checkout gives way.
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
    --no-index "$dist"/fluxknot-*.whl

say "collecting the bundle"
(cd "$root/packaging" && "$bin/pyinstaller" --noconfirm --log-level WARN \
    --distpath "$dist" --workpath "$dist/build" fluxknot.spec)
rm -rf "$dist/build"
cp "$root/LICENSE" "$dist/fluxknot/"

say "starting it"
"$dist/fluxknot/fluxknot" --version
"$dist/fluxknot/fluxknot" list >/dev/null
say "the bundle is $dist/fluxknot ($(du -sm "$dist/fluxknot" | cut -f1) MB)"
