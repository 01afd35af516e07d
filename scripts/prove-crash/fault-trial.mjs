// One system call fails; the run must say so, and the same command must finish.

const WRITES = ['create', 'write', 'mkdir', 'link', 'rename', 'fsync', 'syncfs'];
const CHANGES = ['create', 'openw', 'mkdir', 'rmdir', 'link', 'rename', 'unlink', 'utimes', 'truncate'];
const READS = ['open', 'read', 'opendir', 'stat'];

/** Where and how each error strikes, and how the run must end (docs/guide/exit-status.md). */
const FAULTS = [
  { side: 'target', act: 'ENOSPC', calls: WRITES, status: 74, code: 'TARGET_ENOSPC' },
  { side: 'target', act: 'EDQUOT', calls: [...WRITES, 'close'], status: 73, code: 'TARGET_EDQUOT' },
  { side: 'target', act: 'EIO', calls: [...WRITES, ...CHANGES, ...READS, 'close'], status: 74, code: 'TARGET_EIO' },
  { side: 'target', act: 'EMFILE', calls: ['create', 'open', 'openw', 'opendir'], status: 75, code: 'TARGET_EMFILE' },
  { side: 'target', act: 'EROFS', calls: CHANGES, status: 73, code: 'TARGET_EROFS' },
  { side: 'source', act: 'EIO', calls: READS, status: 74, code: 'SOURCE_UNREADABLE' },
  { side: 'source', act: 'EMFILE', calls: ['open', 'opendir'], status: 75, code: 'SOURCE_EMFILE' },
  {
    side: 'source',
    act: 'ENOENT',
    calls: ['open', 'opendir', 'stat'],
    status: 66,
    code: 'SOURCE_NOT_FOUND',
    or: { status: 65, code: 'SOURCE_FORMAT_UNKNOWN' },
  },
];

/** A trial with one fault. */
export class FaultTrial {
  faults = 0;

  constructor(judge, number) {
    this.judge = judge;
    this.setup = judge.setup();
    // Five of eight strike the target.
    this.fault = FAULTS[number % FAULTS.length];
    // What vanished stays away.
    // A block of a source that stays bad leaves a cut message beside the whole one of a later run (bad-block.test.ts).
    const stays = this.fault.side === 'target' || this.fault.act === 'EMFILE';
    this.hold = this.fault.act === 'ENOENT' || (judge.pick(2) === 0 && stays);
    this.when = judge.choose(['before', 'torn']);
    this.kind = `${this.fault.side} ${this.fault.act}`;
  }

  get title() {
    const { source, fsync } = this.setup;
    const { hold, when, at, total, fault, told } = this;
    return `fault ${fault.side} ${fault.act} ${source} --fsync ${fsync}: call ${at} of ${total}${hold ? ', and all later ones' : ''}${when === 'torn' ? ', after half a write' : ''} → ${told}`;
  }

  /** What is wrong, in lines. */
  async run() {
    const { judge, setup, fault, hold, when } = this;
    judge.clear();
    const trees = [fault.side === 'source' ? judge.sources[setup.source] : judge.target];
    this.total = await judge.countCalls(setup, trees, fault.calls);
    this.at = 1 + judge.pick(this.total);
    const log = `${judge.work}/log`;
    const ended = await judge.start(setup, { trees, calls: fault.calls, at: this.at, act: fault.act, hold, when, log }).done;
    this.told = `exit status ${ended.status}, ${/error\[\w+\]/.exec(ended.stderr)?.[0] ?? 'no error'}`;
    if (!ended.fired) return await judge.finish(setup);
    this.faults = 1;
    // A source that vanishes when it was read, or a look at it that is made again, harms nobody: then all of it must be there.
    const wrong = fault.side === 'source' && ended.status === 0 ? judge.unlikeReference(setup) : this.judgeEnd(ended);
    return [...wrong, ...(await judge.finish(setup))];
  }

  judgeEnd({ status, signal, stderr }) {
    // A home whose files vanish while it is recognised is one without mail.
    const { or } = this.fault;
    const fault = or !== undefined && status === or.status ? or : this.fault;
    const wrong = [];
    if (status !== fault.status) wrong.push(`exit status ${status ?? signal}, not ${fault.status}`);
    if (!stderr.includes(`error[${fault.code}]`)) wrong.push(`no error[${fault.code}] but: ${stderr.trim().slice(0, 600)}`);
    if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) wrong.push(`a stack: ${stderr.trim().slice(0, 600)}`);
    return wrong;
  }
}
