#!/usr/bin/env bash
# Installs the Debian package into a clean root, does the main job there, opens the window under
# Xvfb, removes the package, and looks for traces. Needs root and debootstrap; about 10 minutes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

[ "$(id -u)" -eq 0 ] || fail "a clean root is made by root alone; run: sudo bash packaging/check_deb.sh"
dist=${FLUXKNOT_DIST:-$root/dist}
package=$(ls "$dist"/fluxknot_*.deb 2>/dev/null | tail -1) || true
[ -n "$package" ] || { bash "$root/packaging/deb.sh"; package=$(ls "$dist"/fluxknot_*.deb | tail -1); }
need_system_packages debootstrap desktop-file-utils appstream

desktop-file-validate "$root/packaging/linux/fluxknot.desktop"
appstreamcli validate --no-net "$root/packaging/linux/fluxknot.metainfo.xml"

clean=${FLUXKNOT_CLEAN_ROOT:-/var/tmp/fluxknot-clean-root}
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=${FLUXKNOT_MIRROR:-$(sed -n 's/^URIs: //p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -1 || true)}
inside() { chroot "$clean" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"; }
leave() { umount "$clean/proc" "$clean/dev" 2>/dev/null || true; }
trap leave EXIT

say "making a clean root of $suite in $clean"
leave
rm -rf "$clean"
debootstrap --variant=minbase "$suite" "$clean" "$mirror" >/dev/null
cp -r /etc/apt/apt.conf.d "$clean/etc/apt/" 2>/dev/null || true
mount --bind /dev "$clean/dev"
mount -t proc proc "$clean/proc"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends xvfb xauth xdotool imagemagick shared-mime-info >/dev/null

say "installing the package"
cp "$package" "$clean/tmp/fluxknot.deb"
all_files() { (cd "$clean" && find usr etc opt var/lib -xdev \( -name dpkg -o -name apt \) -prune -o -print | sort); }
inside dpkg --unpack /tmp/fluxknot.deb >/dev/null 2>&1
# The libraries of the system are not there yet: a sentence says so, and nothing is dumped.
if told=$(inside env DISPLAY=:77 QT_QPA_PLATFORM=xcb fluxknot 2>&1); then fail "a window without libraries"; fi
say "before its libraries are there it says: $told"
[ "$(printf '%s\n' "$told" | wc -l)" -eq 1 ] || fail "that is not one sentence"
grep -q "apt-get install lib" <<< "$told" || fail "that does not say what is missing"
inside apt-get install -y -qq -f --no-install-recommends >/dev/null
inside dpkg --remove fluxknot >/dev/null   # the libraries stay: what is compared is the package alone
all_files > "$clean/tmp/before"
inside dpkg --install /tmp/fluxknot.deb >/dev/null
inside fluxknot --version

say "the main job without a window"
inside bash -ec 'cd /tmp; fluxknot demo demo --size small >/dev/null; fluxknot export demo/demo.fluxknot \
    --what vectors,report --out report >/dev/null; test -s report/report.html'

say "the same in two processes, to the bit"
inside bash -ec 'cd /tmp; export FLUXKNOT_CACHE=off; fluxknot export demo/demo.fluxknot --what vectors --out alone >/dev/null
    fluxknot export demo/demo.fluxknot --what vectors --out two --jobs 2 >/dev/null & first=$!
    most=0
    while kill -0 $first 2>/dev/null; do
        count=0
        for one in /proc/[0-9]*; do
            [ "$(readlink $one/exe)" = /usr/lib/fluxknot/fluxknot ] || continue
            ! grep -qz -e --multiprocessing-fork $one/cmdline || count=$((count + 1))
        done 2>/dev/null
        [ "$count" -le "$most" ] || most=$count
        sleep 0.5
    done
    wait $first
    echo "processes at work beside the first: $most"; [ "$most" -ge 2 ]; diff -r alone two'
if told=$(inside fluxknot export /tmp/demo/demo.fluxknot --what vectors --out /tmp/dask --scheduler tcp://127.0.0.1:9 2>&1)
then fail "work on a cluster that is not there"; fi
grep -q "use --jobs" <<< "$told" || fail "no way out for --scheduler: $told"

say "the window on the demo"
inside bash -c '
    Xvfb :77 -screen 0 1280x720x24 >/dev/null 2>&1 & server=$!
    sleep 2; export DISPLAY=:77
    fluxknot /tmp/demo/demo.fluxknot & program=$!
    found=""
    for _ in $(seq 60); do
        found=$(xdotool search --name "demo.fluxknot" 2>/dev/null | head -1) && [ -n "$found" ] && break
        sleep 1
    done
    [ -n "$found" ] || { echo "no window with the session"; exit 1; }
    sleep 8; import -window root /tmp/window.png
    kill "$program"; wait "$program" 2>/dev/null; kill "$server"'
say "what was seen is $clean/tmp/window.png"
if grep -rl Traceback "$clean/root"; then fail "the program met a fault: see the log above"; fi

# Beside its own folders it wrote nothing into the home of the user.
strange=$(cd "$clean/root" && find . -type f ! -path "*/fluxknot/*" ! -name ".bashrc" ! -name ".profile" \
    ! -path "./.cache/fontconfig/*" ! -path "./.cache/mesa_shader_cache*" ! -name .wget-hsts)
[ -z "$strange" ] || fail "the program wrote $strange"

say "removing the package"
inside dpkg --purge fluxknot >/dev/null
all_files > "$clean/tmp/after"
if ! diff "$clean/tmp/before" "$clean/tmp/after"; then
    fail "these files were left behind"
fi
[ -s "$clean/tmp/demo/demo.fluxknot" ] || fail "a session of the user is gone"
say "nothing was left behind, files of the user are still there; the package is good"
