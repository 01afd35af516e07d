#!/bin/sh
# The long form of the cut and kill tests: ROUNDS accounts for each combination of capabilities, each cut up to six times; as many clients
# killed. Half of them with another client appending meanwhile. On Dovecot, and with a DIRECTORY for its chroot (as root) on a real Cyrus.
# usage: scripts/soak-imap.sh SEED ROUNDS [DIRECTORY [PORT]]    (100 rounds: about 5,000 cuts; MAILFERRY_SOAK_LOG=FILE tells how far it is;
# instead of a DIRECTORY, a server that runs: MAILFERRY_IMAP_SERVERS="imap://alice@127.0.0.1:31144/ alicepw")
set -eu
here=$(dirname "$0")
if [ $# -ge 3 ]; then
  port=${4:-31144}
  "$here/oracle/cyrus.sh" start "$3" "$port"
  trap '"$here/oracle/cyrus.sh" stop "$3" "$port"' EXIT
  sleep 2
  export MAILFERRY_IMAP_SERVERS="imap://alice@127.0.0.1:$port/ alicepw"
fi
export MAILFERRY_SOAK_SEED="$1" MAILFERRY_SOAK_ROUNDS="$2"
npx vitest run packages/imap/test/upload/cut.test.ts packages/imap/test/upload/kill.test.ts
