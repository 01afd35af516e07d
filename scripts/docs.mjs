// Makes docs/issues/CODE.md from the catalogues of issues and errors, and docs/guide/commands.md from the commands. usage: node scripts/docs.mjs [--check]   (after npm run build)
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../packages/cli/dist/commands/index.js';
import { COMMON_FLAGS } from '../packages/cli/dist/ui/flags-common.js';
import { ERRORS, explanationOf, ISSUES } from '../packages/core/dist/index.js';

const directory = fileURLToPath(new URL('../docs/issues', import.meta.url));
const isCheck = process.argv.includes('--check');
const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const kinds = {
  notice: 'An issue of severity notice: a guess that is nearly always right.',
  warning: 'An issue of severity warning: it wants a look.',
  failure: 'An issue of severity failure: it cost a message or a part of one.',
  error: 'An error: it ends the run.',
};

const pages = new Map();
const codes = [...new Set([...Object.keys(ISSUES), ...Object.keys(ERRORS)])].sort();
for (const code of codes) {
  const { title, meaning, help, severity } = explanationOf(code);
  pages.set(
    `${code}.md`,
    `# ${code}\n\n${capital(title)}.\n\n${kinds[severity]}\n\n## What it means\n\n${meaning}\n\n## What to do\n\n${help}\n`,
  );
}
const list = (severity) =>
  codes
    .filter((code) => explanationOf(code).severity === severity)
    .map((code) => `- [${code}](${code}.md): ${explanationOf(code).title}`)
    .join('\n');
pages.set(
  'README.md',
  `# Issues and errors

Each code has a page here and an answer of \`mailferry explain CODE\`; both are made from the catalogues in
\`packages/core/src/model\` by \`node scripts/docs.mjs\`. Codes are added and never renamed.

## Failures

${list('failure')}

## Warnings

${list('warning')}

## Notices

${list('notice')}

## Errors

${list('error')}
`,
);

const commandsPage = '../guide/commands.md';
const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '\\<').replaceAll('*', '\\*');
function flagRow({ name, short, kind, value, choices, help }) {
  const taken = kind === 'switch' || kind === 'count' ? '' : ` ${value ?? choices?.join('|') ?? 'VALUE'}`;
  return `| \`${short === undefined ? '' : `-${short}, `}--${name}${taken.replaceAll('|', '\\|')}\` | ${escaped(help)} |`;
}
const flagTable = (flags) => `| flag | meaning |\n|---|---|\n${flags.map(flagRow).join('\n')}`;
function commandText({ name, usage, summary, flags, examples }) {
  const own = flags.length === 0 ? '' : `\n\n${flagTable(flags)}`;
  const lines = examples.map(([line, meaning]) => `${line}    # ${meaning}`).join('\n');
  return `## ${name}\n\n\`mailferry ${name} [FLAG]... ${usage}\`\n\n${capital(summary)}.\n\n\`\`\`sh\n${lines}\n\`\`\`${own}`;
}
pages.set(
  commandsPage,
  `# Commands and flags

What \`mailferry COMMAND --help\` says, in one page; made from the program by \`node scripts/docs.mjs\`. Each flag is also a variable (\`--max-size\` is
\`MAILFERRY_MAX_SIZE\`) and a name of the [config file](admin.md#flags-from-elsewhere). \`--\` ends the flags: what follows are paths, even if they begin with \`-\`.

${COMMANDS.map(commandText).join('\n\n')}

## Flags of every command

${flagTable(COMMON_FLAGS)}
| \`-h, --help\` | print the help of the command |
`,
);

const differing = [];
mkdirSync(directory, { recursive: true });
for (const [name, text] of pages) {
  if (read(name) === text) continue;
  differing.push(name);
  if (!isCheck) writeFileSync(join(directory, name), text);
}
for (const name of readdirSync(directory)) {
  if (pages.has(name)) continue;
  differing.push(name);
  if (!isCheck) rmSync(join(directory, name));
}
console.log(
  differing.length === 0 ? `${pages.size} pages are as they should be` : `${isCheck ? 'differ' : 'written'}: ${differing.join(' ')}`,
);
if (isCheck && differing.length > 0) process.exitCode = 1;

function read(name) {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch {
    return undefined;
  }
}
