import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { NID_TYPE, nidType } from '../../src/formats/pst/ndb/nid.js';
import { countObjects } from './count-objects.js';
import { EXTRACTOR_DATA, openOctets } from './memory-access.js';

/** The two 4k-page OSTs of pst-extractor: what is in them by node tree and contents tables. */
const OSTS = [
  { file: 'pstextractortest@outlook.com.ost', messages: 183, attachments: 34, appointments: 169 },
  { file: 'pstextractortestpdf@outlook.com.ost', messages: 162, attachments: 12, appointments: 160 },
];

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const corpus = join(root, '../shared/corpus/pst');
const sources = existsSync(join(corpus, 'SOURCES.tsv'))
  ? readFileSync(join(corpus, 'SOURCES.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
  : [];

if (sources.length === 0) {
  process.stderr.write('SKIPPED: ../shared/corpus/pst is absent; the reader is tested on the data of pst-extractor alone\n');
}

function has(program: string): boolean {
  const found = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
  if (!found && process.env['ORACLE'] === 'required') {
    throw new Error(`${program} is not installed and ORACLE=required`);
  }
  return found;
}

const scratch = mkdtempSync(join(tmpdir(), 'pst-oracle-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** How many items readpst wrote: a file each, attachments apart, folders without items not at all. */
function readpstCount(path: string): number {
  const out = join(scratch, `r-${basename(path)}`);
  rmSync(out, { recursive: true, force: true });
  execFileSync('mkdir', ['-p', out]);
  try {
    execFileSync('readpst', ['-D', '-e', '-j0', '-q', '-o', out, path], { timeout: 60_000, stdio: 'ignore' });
  } catch {
    // What it wrote before it gave up counts.
  }
  return readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:eml|vcf|ics)$/.test(name)).length;
}

/** How many items pffexport wrote: a folder each, those inside attachments apart. */
function pffexportCount(path: string): number {
  const out = join(scratch, `p-${basename(path)}`);
  try {
    execFileSync('pffexport', ['-q', '-m', 'items', '-t', out, path], { timeout: 60_000, stdio: 'ignore' });
  } catch {
    // What it wrote before it gave up counts.
  }
  const items = existsSync(`${out}.export`) ? readdirSync(`${out}.export`, { recursive: true, encoding: 'utf8' }) : [];
  return items.filter((name) => /\/[A-Z][A-Za-z ]+\d{5}$/.test(name) && !name.includes('/Attachments/')).length;
}

describe('the OSTs of pst-extractor', () => {
  it.each(OSTS)('$file', ({ file, messages, attachments, appointments }) => {
    const counts = countObjects(openOctets(readFileSync(join(EXTRACTOR_DATA, file))));
    expect(counts).toMatchObject({ messages, attachments, failed: 0, issues: {} });
    expect(counts.classes['IPM.Appointment']).toBe(appointments);
  });
});

describe.skipIf(sources.length === 0)('the corpus', () => {
  const readable = sources.filter((row) => row[6] !== 'not-pst');

  it.each(readable.map((row) => [row[0] ?? '', Number(row[9]), Number(row[10])] as const))(
    '%s: messages and folders as in the truth, and no fewer than the peers find',
    (file, messages, folders) => {
      const path = join(corpus, file);
      const store = openOctets(readFileSync(path));
      const counts = countObjects(store);
      const nodes = [...store.database.nodes.entries()].filter((node) => nidType(node.nid) === NID_TYPE.folder).length;
      expect({ messages: counts.messages, failed: counts.failed, folders: nodes }).toEqual({ messages, failed: 0, folders });
      expect(store.index).toMatchObject({ expected: messages, lost: [], missing: 0 });
      expect(store.folders).toHaveLength(folders);
      if (has('readpst')) {
        expect(counts.messages).toBeGreaterThanOrEqual(readpstCount(path));
      }
      if (has('pffexport')) {
        expect(counts.messages).toBeGreaterThanOrEqual(pffexportCount(path));
      }
    },
  );

  it('has one file that is no PST', () => {
    const others = sources.filter((row) => row[6] === 'not-pst');
    expect(others).toHaveLength(1);
    for (const [file] of others) {
      expect(() => openOctets(readFileSync(join(corpus, file ?? '')))).toThrow(expect.objectContaining({ code: 'PST_NOT_RECOGNISED' }));
    }
  });
});
