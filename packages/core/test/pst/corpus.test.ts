import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { PstReconciliation } from '../../src/formats/pst/messaging/reconciliation.js';
import { NID_TYPE, nidType } from '../../src/formats/pst/ndb/nid.js';
import { openPst } from '../../src/sources/pst.js';
import { countObjects } from './count-objects.js';
import { EXTRACTOR_DATA, openOctets } from './memory-access.js';

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

/** What scripts/pst-counts.mjs wrote of one file. */
interface Counted {
  readonly file: string;
  readonly sha256: string;
  /** By scripts/pst_independent.py, which shares no code with the reader. */
  readonly truth: {
    readonly messages: number;
    readonly folders: number;
    readonly associated: number;
    readonly recipients: number;
    readonly attachments: number;
    readonly attachmentOctets: number;
    readonly embedded: number;
    readonly hashes: string;
    readonly classes: Readonly<Record<string, number>>;
  };
  readonly readpst: { readonly messages: number };
  readonly pffexport: { readonly messages: number; readonly attachments: number };
}

const counted = JSON.parse(readFileSync(new URL('counts.generated.json', import.meta.url), 'utf8')) as readonly Counted[];

function pathOf(file: string): string {
  const own = join(EXTRACTOR_DATA, file);
  return existsSync(own) ? own : join(corpus, file);
}

const present = counted.filter(({ file }) => existsSync(pathOf(file)));

/** What is not mail, as the truth has it by class. */
function itemsOf(classes: Counted['truth']['classes']): Record<string, number> {
  const kinds = {
    contact: /^IPM\.Contact\b/,
    distributionList: /^IPM\.DistList\b/,
    appointment: /^IPM\.Appointment\b/,
    task: /^IPM\.Task\b/,
  };
  const counts = Object.entries(kinds).map(([kind, pattern]) => {
    const own = Object.entries(classes).filter(([name]) => pattern.test(name));
    return [kind, own.reduce((sum, [, count]) => sum + count, 0)] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

async function readAll(path: string): Promise<PstReconciliation> {
  await using store = await openPst(path, { include: ['outsideIpmSubtree', 'recoverableItems', 'syncIssues', 'hidden'] });
  for await (const message of store.messages()) expect(message.failure).toBeUndefined();
  for await (const item of store.items?.() ?? []) expect(item.text).not.toBe('');
  return store.reconciliation();
}

/** What a whole file may be told of, too: a property that no specification names, a folder that only its name tells. */
const NO_DAMAGE: ReadonlySet<string> = new Set(['PST_PROPERTY_TYPE_UNKNOWN', 'PST_FOLDER_BY_NAME']);

describe('every real file', () => {
  it.each(present.map((one) => [one.file, one] as const))(
    '%s: all that an independent reader counts',
    async (file, { sha256, truth, ...peers }) => {
      const path = pathOf(file);
      const octets = readFileSync(path);
      expect(createHash('sha256').update(octets).digest('hex')).toBe(sha256);
      const store = openOctets(octets);
      const counts = countObjects(store);
      const nodes = [...store.database.nodes.entries()].map((node) => nidType(node.nid));
      expect({
        messages: counts.messages,
        failed: counts.failed,
        issues: Object.keys(counts.issues).filter((code) => !NO_DAMAGE.has(code)),
        folders: nodes.filter((type) => type === NID_TYPE.folder).length,
        associated: nodes.filter((type) => type === NID_TYPE.associatedMessage).length,
        recipients: counts.recipients,
        attachments: counts.attachments,
        attachmentOctets: counts.octets,
        hashes: createHash('sha256').update(counts.hashes.sort().join('')).digest('hex'),
        embedded: counts.embedded,
        classes: counts.classes,
      }).toEqual({
        messages: truth.messages,
        failed: 0,
        issues: [],
        folders: truth.folders,
        associated: truth.associated,
        recipients: truth.recipients,
        attachments: truth.attachments,
        attachmentOctets: truth.attachmentOctets,
        hashes: truth.hashes,
        embedded: truth.embedded,
        classes: truth.classes,
      });
      expect(store.index).toMatchObject({ expected: truth.messages, lost: [], missing: 0 });
      expect(store.folders).toHaveLength(truth.folders);

      const items = itemsOf(truth.classes);
      const others = Object.values(items).reduce((sum, count) => sum + count, 0);
      expect(await readAll(path)).toEqual({
        expected: truth.messages,
        delivered: truth.messages - others,
        items,
        excluded: {},
        failed: 0,
        unread: 0,
        unlisted: 0,
        missing: 0,
        associated: 0,
      });

      expect(counts.messages).toBeGreaterThanOrEqual(Math.max(peers.readpst.messages, peers.pffexport.messages));
      expect(counts.attachments).toBeGreaterThanOrEqual(peers.pffexport.attachments);
      if (has('readpst')) {
        expect(counts.messages).toBeGreaterThanOrEqual(readpstCount(path));
      }
      if (has('pffexport')) {
        expect(counts.messages).toBeGreaterThanOrEqual(pffexportCount(path));
      }
    },
  );

  it.runIf(has('python3'))('the independent reader counts what is written down', () => {
    const script = join(root, 'scripts/pst_independent.py');
    const lines = execFileSync('python3', [script, ...present.map(({ file }) => pathOf(file))], { encoding: 'utf8' });
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(present.map(({ truth }) => truth));
  });
});

describe.skipIf(sources.length === 0)('the list of the corpus', () => {
  it('says the same of messages and folders', () => {
    const said = sources
      .filter((row) => row[6] !== 'not-pst')
      .map((row) => ({ file: row[0], messages: Number(row[9]), folders: Number(row[10]) }));
    const found = counted.filter(({ file }) => sources.some(([name]) => name === file));
    const byFile = (a: { file?: string | undefined }, b: { file?: string | undefined }) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1);
    expect(found.map(({ file, truth: { messages, folders } }) => ({ file, messages, folders })).sort(byFile)).toEqual(said.sort(byFile));
  });

  it('has one file that is no PST', () => {
    const others = sources.filter((row) => row[6] === 'not-pst');
    expect(others).toHaveLength(1);
    for (const [file] of others) {
      expect(() => openOctets(readFileSync(join(corpus, file ?? '')))).toThrow(expect.objectContaining({ code: 'PST_NOT_RECOGNISED' }));
    }
  });
});
