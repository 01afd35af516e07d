// Assembles changelog/unreleased/*.md into CHANGELOG.md.   usage: changelog.mjs VERSION
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const version = process.argv[2];
if (version === undefined || !/^\d+\.\d+\.\d+$/u.test(version)) {
  console.error('usage: changelog.mjs VERSION');
  process.exit(64);
}
const folder = 'changelog/unreleased';
const kinds = ['Added', 'Changed', 'Fixed', 'Security'];
const entries = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8').trim() }));
for (const { name, text } of entries) {
  if (!kinds.some((kind) => text.startsWith(`${kind}: `))) throw new Error(`${name} does not start with ${kinds.join('|')}: `);
}
const day = new Date().toISOString().slice(0, 10);
const section = kinds
  .flatMap((kind) => {
    const own = entries
      .filter(({ text }) => text.startsWith(`${kind}: `))
      .map(({ text }) => `- ${text.slice(kind.length + 2).replaceAll('\n', '\n  ')}`);
    return own.length > 0 ? [`### ${kind}`, '', ...own, ''] : [];
  })
  .join('\n');
const before = readFileSync('CHANGELOG.md', 'utf8');
const at = before.indexOf('\n## ');
const head = at < 0 ? before.trimEnd() : before.slice(0, at).trimEnd();
writeFileSync('CHANGELOG.md', `${head}\n\n## ${version} (${day})\n\n${section}${at < 0 ? '' : before.slice(at)}`);
for (const { name } of entries) rmSync(`${folder}/${name}`);
