#!/bin/sh
# The long form of the cut and kill tests: ROUNDS uploads for each combination of capabilities, each cut up to six times.
# usage: scripts/soak-imap.sh SEED ROUNDS      (200 rounds are about 5,000 cuts and take half an hour)
set -eu
MAILFERRY_SOAK_SEED=$1 MAILFERRY_SOAK_ROUNDS=$2 exec npx vitest run packages/imap/test/upload/cut.test.ts packages/imap/test/upload/kill.test.ts
