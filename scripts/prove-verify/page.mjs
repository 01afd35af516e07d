// The sums of prove-verify as a page of the documentation.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/benchmarks/trust.md');

/** Writes docs/benchmarks/trust.md. */
export function writePage({ corpus, tampers }) {
  const rows = Object.entries(tampers?.kinds ?? {}).map(
    ([kind, { rounds, named, checked, agreed }]) =>
      `| ${kind} | ${rounds} | ${named} | ${checked === 0 ? 'it cannot know' : `${agreed} of ${checked}`} |`,
  );
  const real =
    corpus === undefined
      ? ''
      : `## No false alarm

${corpus.sources} sources of the corpus with ${corpus.messages} messages (each file by itself, a home of all mboxes, a tree of message files, a Maildir; ${corpus.empty} more hold no mail, and
${corpus.refused} are no mail store), converted and compared: with the ledger, without it, and again after a real Dovecot had opened every folder (${corpus.opened} of
them). ${corpus.comparisons} comparisons and ${corpus.checks} runs of the independent checker: ${corpus.wrong} alarms.

`;
  const spoilt =
    tampers === undefined
      ? ''
      : `## Every tamper is named

One octet, file, flag or date was changed at a time, ${tampers.rounds} times (seed ${tampers.seed}); ${tampers.named} were named, and ${tampers.clean} looks at the pair after it was put right again
found nothing. The checker compares with the ledger, so that it cannot know what a source gained or lost since.

| what | times | named by verify | the checker agrees |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
  writeFileSync(PAGE, `# Verify\n\nMade by \`node scripts/prove-verify.mjs --write\`, which writes this file.\n\n${real}${spoilt}`);
}
