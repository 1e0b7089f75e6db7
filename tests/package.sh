#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian package, installs it here, runs it and purges it. Needs root.
# Exit: 0 well, 1 not, 77 cannot be tried here (no root, or a hato package is installed already).
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "needs root to install a package"; exit 77; }
! dpkg-query -W -f '${db:Status-Status}' hato 2> /dev/null | grep -q '^installed' || { echo "a hato package is installed here"; exit 77; }
[ ! -e /etc/hato ] && [ ! -e /var/lib/hato ] || { echo "/etc/hato or /var/lib/hato is in use here"; exit 77; }

rm -f build/release/package/*.deb
cmake --build --preset release --target deb
deb=$(echo build/release/package/hato_*.deb)
dpkg-deb -f "$deb" Depends | grep -q librocksdb || { echo "the package does not say what it depends on"; exit 1; }

work=$(mktemp -d) server= had_user=no
! getent passwd hato > /dev/null || had_user=yes
clean() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
  dpkg --purge hato > /dev/null 2>&1 || true
  [ "$had_user" = yes ] || userdel hato 2> /dev/null || true
  rm -rf "$work" /var/lib/hato
}
trap clean EXIT

# A recommended package that is missing here must not hide a fault of ours.
apt-get install -y --no-install-recommends "./$deb" > "$work/apt" 2>&1 || dpkg -i "$deb"
/usr/bin/hato version | grep -q '^hato '
[ "$(stat -c %U:%a /var/lib/hato)" = hato:750 ]
man -w hato > /dev/null 2>&1 || [ -e /usr/share/man/man1/hato.1 ] || { echo "no manual page"; exit 1; }
[ -e /usr/share/bash-completion/completions/hato ]
! command -v systemd-analyze > /dev/null || systemd-analyze verify /lib/systemd/system/hato.service

base=$((20000 + RANDOM % 20000))
hato init hato.test --listen 127.0.0.1 --port-base $base > "$work/init"
[ "$(stat -c %U /var/lib/hato/store/CURRENT)" = hato ]
echo 'correct horse' | hato account add taro@hato.test --password-stdin
hato serve 2> "$work/log" &
server=$!
for _ in $(seq 300); do [ -S /var/lib/hato/control.sock ] && break; sleep 0.1; done
grep -q "^Uid:.*$(id -u hato)" "/proc/$server/status" || { echo "the server does not run as hato"; cat "$work/log"; exit 1; }
printf 'Subject: hello\n\nhi\n' | curl -sS --crlf -T - --mail-from bob@example.com --mail-rcpt taro@hato.test "smtp://127.0.0.1:$((base + 25))"
hato mail list taro@hato.test | grep -q hello
kill $server
wait $server
server=

dpkg --purge hato > "$work/purge"
[ ! -e /usr/bin/hato ] && [ ! -e /etc/hato ] || { echo "purging left something"; exit 1; }
[ -d /var/lib/hato/store ] || { echo "purging removed the mail"; exit 1; }
echo "$deb installs, runs and goes"
