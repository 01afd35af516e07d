// The sums of a crash proof as a page of the documentation.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/benchmarks/crash.md');

/** Writes docs/benchmarks/crash.md from the results of trials. */
export function writeResults(done, seed) {
  const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);
  const kinds = [...new Set(done.map(({ kind }) => kind))].sort();
  const sources = [...new Set(done.map(({ source }) => source))].sort();
  const row = (kind) => {
    const of = done.filter((one) => one.kind === kind);
    const wrong = of.filter((one) => one.wrong.length > 0).length;
    return `| ${kind} | ${of.length} | ${sum(of, 'kills') + sum(of, 'faults')} | ${sources.map((source) => of.filter((one) => one.source === source).length).join(' | ')} | ${wrong} |`;
  };
  const failed = done.filter((one) => one.wrong.length > 0).map(({ trial, title, wrong }) => `- ${trial}: ${title}: ${wrong[0]}`);
  const text = `# Kills and faults

Made by \`node scripts/prove-crash/run.mjs --seed ${seed} --results FILE --write\`, which writes this file: ${sum(done, 'kills')} kills in
${done.filter(({ kind }) => kind === 'kill').length} chains and ${sum(done, 'faults')} failed system calls over ${done.length} trials, each by its own dice. After each trial the same command ran
undisturbed, and the tree had to equal that of an undisturbed run; from mboxes, \`restore\` had to give every octet back. ${sum(done, 'looked')} of the states
that a kill left were opened by a real Dovecot, which had to serve nothing but messages of the undisturbed run under their UIDs, without a
complaint.

| trials | run | kills or faults | ${sources.join(' | ')} | wrong |
| --- | --- | --- | ${sources.map(() => '---').join(' | ')} | --- |
${kinds.map(row).join('\n')}

${failed.length === 0 ? 'Nothing was lost, doubled or different in any of them.' : `Wrong:\n\n${failed.join('\n')}`}
`;
  writeFileSync(PAGE, text);
}
