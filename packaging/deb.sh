#!/usr/bin/env bash
# Builds the Debian package dist/fluxknot_VERSION_ARCH.deb from the bundle (made when it is not there).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

dist=${FLUXKNOT_DIST:-$root/dist}
[ -x "$dist/fluxknot/fluxknot" ] || bash "$root/packaging/bundle.sh"
need_system_packages dpkg-dev
version=$("$dist/fluxknot/fluxknot" --version | awk '{print $2}')
architecture=$(dpkg --print-architecture)
package="$dist/fluxknot_${version}_$architecture.deb"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
put() { install -D -m "${3:-644}" "$root/packaging/linux/$1" "$stage/$2"; }
mkdir -p "$stage/usr/lib" "$stage/usr/bin" "$stage/DEBIAN"
cp -a "$dist/fluxknot" "$stage/usr/lib/fluxknot"
ln -s ../lib/fluxknot/fluxknot "$stage/usr/bin/fluxknot"
put fluxknot.desktop usr/share/applications/fluxknot.desktop
put fluxknot-mime.xml usr/share/mime/packages/fluxknot.xml
put fluxknot.metainfo.xml usr/share/metainfo/org.fluxknot.fluxknot.metainfo.xml
install -D -m 644 "$root/resources/icons/fluxknot.svg" "$stage/usr/share/icons/hicolor/scalable/apps/fluxknot.svg"
install -D -m 644 "$root/LICENSE" "$stage/usr/share/doc/fluxknot/copyright"

# The libraries that Qt loads from the system; libglib2.0-0 has two names.
depends=$(printf '%s, ' "${window_packages[@]}" | sed 's/libglib2.0-0, /libglib2.0-0 | libglib2.0-0t64, /; s/, $//')
cat > "$stage/DEBIAN/control" <<CONTROL
Package: fluxknot
Version: $version
Architecture: $architecture
Maintainer: The Fluxknot developers <fluxknot@localhost>
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Depends: $depends
Section: science
Priority: optional
Description: workbench for the spectrophotometric calibration of JWST
 Opens IFU cubes, images and spectra of standard stars, runs the calibration
 chain, and lets calibration vectors be repaired with the mouse. Python and
 all its libraries are inside.
CONTROL
# Menus, icons and file types are renewed by triggers of the packages that keep them.
find "$stage" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group -Zxz -z1 --build "$stage" "$package" >/dev/null
say "the package is $package ($(du -m "$package" | cut -f1) MB)"
