#!/bin/sh
# Runs the upload's tests against a real Cyrus and a real Courier beside Dovecot. Run as root; needs mmdebstrap the first time.
# usage: scripts/oracle/servers.sh DIRECTORY
set -eu
here=$(dirname "$0")
mkdir -p "$1"
trap '"$here/cyrus.sh" stop "$1"; "$here/courier.sh" stop "$1"' EXIT
for server in cyrus courier; do
  [ ! -d "$1/chroot-$server" ] || "$here/$server.sh" wipe "$1"
  "$here/$server.sh" start "$1"
done
sleep 2
MAILFERRY_IMAP_SERVERS='imap://alice@127.0.0.1:31144/ alicepw
imap://alice@127.0.0.1:31145/ alicepw' npx vitest run packages/imap/test/upload/traps.test.ts
