import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Difference,
  digestCrlf,
  type LedgerEntry,
  type LedgerView,
  MemoryContent,
  type Message,
  type VerifyOptions,
  verify,
} from '../../src/index.js';
import { sampleMessages, sampleStore } from '../conformance/targets.js';

/** The sample as it lies in a target: with UIDs that differ within a folder. */
const delivered = (): Message[] => sampleMessages().map((message, i) => ({ ...message, uid: 100 + i, sourceId: `file:${i}` }));

function ledgerOf(messages: readonly Message[]): LedgerView {
  const entries: LedgerEntry[] = messages.map(({ identity, sourceId, folder, flags, internalDate, dateSource, uid }) => ({
    identity,
    sourceId,
    folder,
    flags,
    internalDate,
    dateSource,
    ...(uid === undefined ? {} : { uid }),
  }));
  return {
    size: entries.length,
    find: (folder, identity) => entries.find((entry) => entry.identity === identity && entry.folder.join('/') === folder.join('/')),
    entries: () => entries,
  };
}

async function compare(
  target: readonly Message[],
  options: Partial<Omit<VerifyOptions, 'digest' | 'observe'>> = {},
): Promise<{ kinds: string[]; failures: number; equal: number }> {
  const differences: Difference[] = [];
  const report = await verify(sampleStore(), sampleStore(target), {
    digest: digestCrlf,
    observe: (difference) => differences.push(difference),
    ...options,
  });
  return { kinds: differences.map(({ kind }) => kind).sort(), failures: report.failures, equal: report.equal };
}

const replace = (messages: readonly Message[], index: number, fields: Partial<Message>) =>
  messages.map((message, i) => (i === index ? { ...message, ...fields } : message));

describe('verify', () => {
  it('finds nothing where all is there and equal', async () => {
    expect(await compare(delivered())).toEqual({ kinds: [], failures: 0, equal: 12 });
    expect(await compare(delivered(), { ledger: ledgerOf(delivered()) })).toEqual({ kinds: [], failures: 0, equal: 12 });
  });

  it('names a message that is missing, without and with a ledger that cannot explain it', async () => {
    expect(await compare(delivered().slice(1))).toEqual({ kinds: ['missing'], failures: 1, equal: 11 });
    const lost = replace(delivered(), 0, { failure: { code: 'SOURCE_CHANGED' } });
    expect(await compare(lost, { ledger: ledgerOf(delivered()) })).toEqual({ kinds: ['missing'], failures: 1, equal: 11 });
  });

  it('tells twins apart by count', async () => {
    expect((await compare(delivered().filter((_, i) => i !== 5))).kinds).toContain('missing');
    expect((await compare([...delivered(), { ...delivered()[4], uid: 200 } as Message])).kinds).toContain('doubled');
  });

  it('names changed octets, dates and UIDs', async () => {
    const ledger = ledgerOf(delivered());
    const altered = replace(delivered(), 0, { content: new MemoryContent(new Uint8Array(Buffer.from('Subject: x\n\nother\n'))) });
    expect(await compare(altered, { ledger })).toEqual({ kinds: ['altered'], failures: 1, equal: 11 });
    expect(await compare(replace(delivered(), 2, { internalDate: 5000 }), { ledger })).toEqual({ kinds: ['date'], failures: 1, equal: 11 });
    expect(await compare(replace(delivered(), 2, { uid: 999 }), { ledger })).toEqual({ kinds: ['uid'], failures: 1, equal: 11 });
  });

  it('keeps what the user did apart from what we did', async () => {
    const ledger = ledgerOf(delivered());
    expect(await compare(delivered().slice(1), { ledger })).toEqual({ kinds: ['removedByUser'], failures: 0, equal: 11 });
    expect(await compare(replace(delivered(), 0, { folder: ['Sent'], uid: 300 }), { ledger })).toEqual({
      kinds: ['movedByUser'],
      failures: 0,
      equal: 11,
    });
    expect(await compare(replace(delivered(), 0, { flags: new Set(['\\Flagged']) }), { ledger })).toEqual({
      kinds: ['flagsByUser'],
      failures: 0,
      equal: 11,
    });
    expect(await compare(replace(delivered(), 0, { flags: new Set(['\\Flagged']) }))).toEqual({
      kinds: ['flagsUnproven'],
      failures: 0,
      equal: 11,
    });
    const ours = ledgerOf(replace(delivered(), 0, { flags: new Set(['\\Flagged']) }));
    expect(await compare(replace(delivered(), 0, { flags: new Set(['\\Flagged']) }), { ledger: ours })).toEqual({
      kinds: ['flags'],
      failures: 1,
      equal: 11,
    });
  });

  it('counts what is named and cannot be read once: as the message that it should be, else by itself', async () => {
    const broken = replace(delivered(), 0, { failure: { code: 'SOURCE_FILE_UNREADABLE', note: 'gone' } });
    expect(await compare(broken)).toEqual({ kinds: ['missing'], failures: 1, equal: 11 });
    const more = { ...(delivered()[0] as Message), uid: 900, failure: { code: 'SOURCE_FILE_UNREADABLE' } as const };
    expect(await compare([...delivered(), more], { ledger: ledgerOf(delivered()) })).toEqual({
      kinds: ['unreadable'],
      failures: 1,
      equal: 12,
    });
  });

  it('keeps apart what a server was foreseen to alter, and what was repaired on the way', async () => {
    const changed = new MemoryContent(new Uint8Array(Buffer.from('Subject: 0\n\nx\n')));
    const target = replace(delivered(), 0, { content: changed });
    const sent = (message: Message) => (message.sourceId === sampleMessages()[0]?.sourceId ? { foreseen: 'NUL octets' } : {});
    const keyOf = (content: Message['content']): string | undefined =>
      [changed, sampleMessages()[0]?.content].some((one) => one !== undefined && Buffer.from(one.bytes()).equals(content.bytes()))
        ? 'one'
        : undefined;
    const asAccount = { uids: false, sent, keyOf } as const;
    expect(await compare(target, asAccount)).toEqual({ kinds: ['alteredByServer'], failures: 0, equal: 11 });
    expect(await compare(target.slice(1), asAccount)).toEqual({ kinds: ['missing'], failures: 1, equal: 11 });
    expect(await compare(target, { uids: false, keyOf })).toMatchObject({ kinds: ['additional', 'missing'], failures: 1 });
    const ledger = ledgerOf(delivered());
    const sentHash = digestCrlf([changed.bytes()]).sha256;
    const known: LedgerView = {
      ...ledger,
      find: (folder, identity) => {
        const entry = ledger.find(folder, identity);
        return entry === undefined || identity !== delivered()[0]?.identity ? entry : { ...entry, sentHash };
      },
    };
    expect(await compare(target, { ledger: known, uids: false })).toEqual({ kinds: ['repaired'], failures: 0, equal: 11 });
    const repairs = ({ identity }: Message) =>
      identity === sampleMessages()[0]?.identity ? { sha256: sentHash, repaired: 'NUL octets became blanks' } : {};
    expect(await compare(target, { ledger, uids: false, sent: repairs })).toEqual({ kinds: ['repaired'], failures: 0, equal: 11 });
  });

  it('does not take a UID of the source for one of an account', async () => {
    const source = sampleMessages().map((message, i) => ({ ...message, uid: 101 + i }));
    const differences: Difference[] = [];
    await verify(sampleStore(source), sampleStore(delivered().slice(1)), {
      digest: digestCrlf,
      uids: false,
      observe: (difference) => differences.push(difference),
    });
    expect(differences.map(({ kind }) => kind)).toEqual(['missing']);
  });

  it('takes new mail in the target for no failure', async () => {
    const extra = { ...(delivered()[0] as Message), content: new MemoryContent(new Uint8Array(Buffer.from('new\n'))), uid: 500 };
    expect(await compare([...delivered(), extra])).toEqual({ kinds: ['additional'], failures: 0, equal: 12 });
  });

  it('names every single octet that was flipped', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(11), fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, at, flip) => {
        const bytes = delivered()[index]?.content.bytes() ?? new Uint8Array();
        const position = at % bytes.length;
        const changed = (bytes[position] ?? 0) ^ flip;
        bytes[position] = changed;
        const tampered = replace(delivered(), index, { content: new MemoryContent(bytes) });
        // A flip between CR and LF forms can leave the CRLF form as it was: then the message is the same by definition.
        const same = digestCrlf([bytes]).sha256 === digestCrlf([delivered()[index]?.content.bytes() ?? new Uint8Array()]).sha256;
        expect((await compare(tampered, { ledger: ledgerOf(delivered()) })).failures > 0).toBe(!same);
      }),
      { numRuns: 200 },
    ));
});
