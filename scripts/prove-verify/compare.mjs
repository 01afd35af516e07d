// A source and its Maildir, compared as the command does it.
import { digestExactly, isFailure, openStore, readLedger, verify } from '@mailferry/core';
import { viewOf } from '../../packages/cli/dist/ui/verify-run.js';

/** Every difference that verify names. */
export async function differencesOf(source, root, withLedger = true) {
  const found = [];
  const store = await openStore(source, { fromTz: 'UTC' });
  const ledger = readLedger(root);
  try {
    const { target, stored } = await viewOf(store, root, ledger);
    await verify(store, target, {
      digest: digestExactly,
      stored,
      ...(withLedger && ledger.layout !== undefined ? { ledger: ledger.view } : {}),
      observe: (difference) => found.push(difference),
    });
  } finally {
    ledger.close();
    await store[Symbol.asyncDispose]();
  }
  return found;
}

/** How many of the differences are failures, and which. */
export async function compare(source, root, withLedger) {
  const failures = (await differencesOf(source, root, withLedger)).filter(({ kind }) => isFailure(kind));
  return { failures: failures.length, kinds: failures.slice(0, 3) };
}
