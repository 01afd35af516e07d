import { describe, expect, it } from 'vitest';
import {
  dryRun,
  InternalError,
  type MailTarget,
  mapFolders,
  memoryTarget,
  parseFolderMap,
  type Selection,
  SourceError,
  select,
  TargetError,
  type TransferEvent,
  transfer,
} from '../../src/index.js';
import { sampleMessages, sampleStore } from '../conformance/targets.js';

describe('transfer', () => {
  it('counts per folder and in total, with dates, years and octets', async () => {
    const report = await transfer(sampleStore(), memoryTarget(), { now: () => 5 });
    expect(report.folders.map((folder) => [folder.path.join('/'), folder.read])).toEqual([
      ['INBOX', 7],
      ['Sent', 2],
      ['Projets', 0],
      ['Projets/Été', 2],
      ['Projets/a.b', 1],
      ['Empty', 0],
    ]);
    const inbox = report.folders[0];
    expect(inbox).toMatchObject({ written: 7, oldest: Date.UTC(1999, 11, 31), years: { 1999: 1, 2004: 6 } });
    expect(report.totals.bytesRead).toBe(sampleMessages().reduce((sum, message) => sum + message.content.size, 0));
    expect(report).toMatchObject({ started: 5, ended: 5, interrupted: false, dates: { fromLine: 12 } });
  });

  it('tells its observer of folders, deliveries and progress', async () => {
    const events: TransferEvent[] = [];
    await transfer(sampleStore(), memoryTarget(), { observe: (event) => events.push(event) });
    expect(events.filter(({ type }) => type === 'folder')).toHaveLength(6);
    expect(events.filter(({ type }) => type === 'delivery')).toHaveLength(12);
    expect(events.findLast(({ type }) => type === 'progress')).toMatchObject({ progress: { messages: 12 } });
  });

  it('stops after the batch in flight, keeps its books and goes on later', async () => {
    const stop = new AbortController();
    const target = memoryTarget();
    const store = sampleStore();
    const batches = async function* () {
      const messages = sampleMessages();
      yield messages.slice(0, 4);
      yield messages.slice(4);
    };
    const observe = (event: TransferEvent) => {
      if (event.type === 'progress') stop.abort();
    };
    const report = await transfer({ ...store, batches }, target, { signal: stop.signal, observe });
    expect(report).toMatchObject({ interrupted: true, totals: { read: 4, written: 4 } });
    expect(await transfer(store, target)).toMatchObject({ interrupted: false, totals: { read: 12, written: 8, alreadyPresent: 4 } });
  });

  it('reads nothing where it was told to stop before it began', async () => {
    const report = await transfer(sampleStore(), memoryTarget(), { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ interrupted: true, totals: { read: 0, written: 0 } });
  });

  it('notices a target that loses a message', async () => {
    const memory = memoryTarget();
    const lossy: MailTarget = {
      ...memory,
      async *deliver(batches, last) {
        let n = 0;
        for await (const delivery of memory.deliver(batches, last)) {
          n += 1;
          if (n !== 3) yield delivery;
        }
      },
    };
    await expect(transfer(sampleStore(), lossy)).rejects.toThrow(InternalError);
  });

  it('gives up after more failures than allowed, with everything before them committed', async () => {
    const failing = sampleMessages().map((message) => ({ ...message, failure: { code: 'SOURCE_CHANGED' as const } }));
    await expect(transfer(sampleStore(failing), memoryTarget(), { maxErrors: 3 })).rejects.toThrow(SourceError);
    await expect(transfer(sampleStore(failing), memoryTarget(), { maxErrors: 12 })).resolves.toMatchObject({ totals: { failed: 12 } });
  });

  it('tells why a message could not be read, and takes no date from it', async () => {
    const [first, ...rest] = sampleMessages();
    const failure = { code: 'SOURCE_FILE_UNREADABLE' as const, note: 'EACCES' };
    const unreadable = { ...(first ?? expect.fail('no sample')), internalDate: 0, dateSource: 'none' as const, failure };
    const told: TransferEvent[] = [];
    const report = await transfer(sampleStore([unreadable, ...rest]), memoryTarget(), { observe: (event) => told.push(event) });
    expect(told).toContainEqual({ type: 'issue', issue: failure, sourceId: unreadable.sourceId, folder: unreadable.folder });
    expect(report.issues).toContainEqual(expect.objectContaining({ code: 'SOURCE_FILE_UNREADABLE', count: 1 }));
    const dated = report.folders.flatMap(({ years }) => Object.values(years)).reduce((sum, count) => sum + count, 0);
    expect([report.totals.read, dated]).toEqual([rest.length + 1, rest.length]);
  });

  it.each([
    [new SourceError('SOURCE_UNREADABLE', 'the disk has gone'), 1],
    [new TargetError('TARGET_ENOSPC', 'the disk is full'), 0],
  ])('commits what came before %s only where the target is in a state for it', async (error, commits) => {
    const memory = memoryTarget();
    let committed = 0;
    const target: MailTarget = {
      ...memory,
      commit: async () => {
        committed += 1;
      },
    };
    const batches = async function* () {
      yield sampleMessages().slice(0, 4);
      throw error;
    };
    await expect(transfer({ ...sampleStore(), batches }, target)).rejects.toBe(error);
    expect([committed, memory.messages(['INBOX']).length]).toEqual([commits, 4]);
  });

  it('tells the target that it has seen all only where no folder was left out', async () => {
    let told = 0;
    const noteComplete = (): void => {
      told += 1;
    };
    await transfer(sampleStore(), { ...memoryTarget(), noteComplete }, { selection: { includes: ([name]) => name !== 'Sent' } });
    expect(told).toBe(0);
    await transfer(sampleStore(), { ...memoryTarget(), noteComplete });
    expect(told).toBe(1);
  });

  it('counts what was brought up to date among what was there', async () => {
    const target = memoryTarget();
    await transfer(sampleStore(), target);
    const [first, ...rest] = sampleMessages();
    const flagged = { ...(first ?? expect.fail('no sample')), flags: new Set(['\\Flagged']) };
    const { totals, folders } = await transfer(sampleStore([flagged, ...rest]), target);
    expect(totals).toMatchObject({ read: 12, written: 0, alreadyPresent: 12, updated: 1 });
    expect(folders[0]).toMatchObject({ path: ['INBOX'], updated: 1 });
  });

  it('writes nothing in a dry run and says what would be', async () => {
    const target = memoryTarget();
    expect((await transfer(sampleStore(), dryRun(target))).totals).toMatchObject({ read: 12, written: 12 });
    expect(target.folders.size).toBe(0);
  });
});

describe('select', () => {
  it('counts what it leaves out by date and size, and does not read excluded folders', async () => {
    const store = select(sampleStore(), { since: Date.UTC(2000, 0), before: Date.UTC(2030, 0), maxSize: 1000, excludeFolders: ['Sent'] });
    const report = await transfer(store, memoryTarget());
    expect(report.folders.map(({ path }) => path.join('/'))).not.toContain('Sent');
    expect(report.totals).toMatchObject({ filteredBy: { option: 3 } });
  });

  it('takes the first moment and the largest size of what is wanted, and not the moment behind it', async () => {
    const [one] = sampleMessages();
    const message = one ?? expect.fail('no sample');
    const { internalDate, content } = message;
    const taken = async (selection: Selection): Promise<number> =>
      (await transfer(select(sampleStore([message]), selection), memoryTarget())).totals.written;
    expect([await taken({ since: internalDate }), await taken({ since: internalDate + 1 })]).toEqual([1, 0]);
    expect([await taken({ before: internalDate }), await taken({ before: internalDate + 1 })]).toEqual([0, 1]);
    expect([await taken({ maxSize: content.size }), await taken({ maxSize: content.size - 1 })]).toEqual([1, 0]);
  });

  it('says which pattern matches no folder: FOLDER_PATTERN_UNMATCHED', async () => {
    const report = await transfer(select(sampleStore(), { folders: ['inbox', 'sent', 'Projets/*'] }), memoryTarget());
    expect(report.issues).toMatchObject([{ code: 'FOLDER_PATTERN_UNMATCHED', count: 1, first: [{ note: 'sent' }] }]);
  });

  it.each([
    ['*', ['INBOX', 'Sent', 'Projets', 'Empty']],
    ['**', ['INBOX', 'Sent', 'Projets', 'Projets/Été', 'Projets/a.b', 'Empty']],
    ['Projets/*', ['Projets/Été', 'Projets/a.b']],
    ['inbox', ['INBOX']],
    ['sent', []],
    ['*.b', []],
    ['**.b', ['Projets/a.b']],
  ])('takes the folders that match %s', async (pattern, names) => {
    const found: string[] = [];
    for await (const folder of select(sampleStore(), { folders: [pattern] }).folders()) found.push(folder.path.join('/'));
    expect(found).toEqual(names);
  });
});

describe('mapFolders', () => {
  it('renames folders with their children and puts all under one', async () => {
    const map = parseFolderMap('# a comment\nProjets = Work/Projects\nSent = Sent Items\n');
    const target = memoryTarget();
    await transfer(mapFolders(sampleStore(), { map, into: ['Old'] }), target);
    expect([...target.folders.values()].map(({ path }) => path.join('/'))).toEqual([
      'Old',
      'Old/Sent Items',
      'Old/Work/Projects',
      'Old/Work/Projects/Été',
      'Old/Work/Projects/a.b',
      'Old/Empty',
    ]);
  });

  it('takes the longest line of a map that fits', async () => {
    const target = memoryTarget();
    const map = parseFolderMap('Projets = Work\nProjets/Été = Summer = 2003\n');
    await transfer(mapFolders(sampleStore(), { map }), target);
    expect([...target.folders.values()].map(({ path }) => path.join('/'))).toEqual([
      'INBOX',
      'Sent',
      'Work',
      'Summer = 2003',
      'Work/a.b',
      'Empty',
    ]);
  });

  it('gives folders of a special use their standard names, with their children, unless a map says otherwise', async () => {
    const folders = [
      { path: ['INBOX'] },
      { path: ['Envoyés'], specialUse: '\\Sent' as const },
      { path: ['Envoyés', '2003'] },
      { path: ['Corbeille'], specialUse: '\\Trash' as const },
      { path: ['Spam'], specialUse: '\\Junk' as const },
    ];
    const target = memoryTarget();
    const store = mapFolders(sampleStore([], folders), { standardNames: true, map: new Map([['Corbeille', 'Old/Bin']]) });
    await transfer(store, target);
    expect([...target.folders.values()].map(({ path }) => path.join('/'))).toEqual(['INBOX', 'Sent', 'Sent/2003', 'Old/Bin', 'Junk']);
  });

  it('names the line of a map that is none', () => {
    for (const line of ['nonsense', 'Sent = /', 'Sent = //'])
      expect(() => parseFolderMap(`a = b\n${line}\n`)).toThrow('line 2 of the folder map is not of the form From = To');
  });
});
