// What the trials share: the sources, the trees of undisturbed runs, how many calls there are, and the judgement of what a trial left.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { restore } from '../../packages/core/dist/index.js';
import { differences, hasDovecot, served } from './dovecot-look.mjs';
import { start } from './program.mjs';
import { linesOfTree, treeDifference } from './tree.mjs';

/** Seconds of the run's clock in a real one, where commits shall come often (one in 30 s by default). */
const FAST_CLOCK = 400;

/** Judges trials. */
export class Judge {
  constructor({ work, shim, sources }) {
    Object.assign(this, { work, shim, sources });
    this.state = join(work, 'state');
    this.target = join(work, 'trial', 'Maildir');
    this.trees = new Map();
    this.callCounts = new Map();
    this.views = new Map();
    this.number = 0;
  }

  /** A trial begins, with its own dice. */
  begin(number, pick) {
    this.number = number;
    this.pick = pick;
  }

  /** One of a list. */
  choose(list) {
    return list[this.pick(list.length)];
  }

  /** A source with a way of running it. */
  setup() {
    const source = this.choose(['home', 'home', 'large', 'pst', 'pst']);
    return { source, fsync: this.choose(['folder', 'folder', 'message', 'none']), clock: this.choose([undefined, FAST_CLOCK]) };
  }

  argsOf({ source, fsync }, target = this.target) {
    return ['convert', '-q', '--from-tz', 'UTC', '--fsync', fsync, this.sources[source], target];
  }

  /** Runs the command of a setup under the shim; `more` says what the shim shall do. */
  start(setup, more = {}, target = this.target) {
    const { shim, state } = this;
    return start(this.argsOf(setup, target), { shim, state, trees: [target], clock: setup.clock, ...more });
  }

  /** The undisturbed runs. */
  async prepare() {
    for (const source of Object.keys(this.sources)) {
      const target = join(this.work, 'trial', 'Maildir');
      const began = Date.now();
      const { status, stderr } = await this.start({ source, fsync: 'none' }, {}, target).done;
      if (status !== 0) throw new Error(`the undisturbed run of ${source} ended with ${status}: ${stderr}`);
      this.trees.set(source, { lines: linesOfTree(target), took: Date.now() - began });
      if (hasDovecot()) this.views.set(source, this.#reference(target));
      rmSync(target, { recursive: true });
    }
  }

  /** What Dovecot serves of an undisturbed run: all of it, without a complaint. */
  #reference(target) {
    const view = served(target);
    const count = [...view.folders.values()].reduce((sum, messages) => sum + messages.size, 0);
    const written = linesOfTree(target).filter((line) => line.startsWith('ledger message ')).length;
    if (view.errors.length > 0 || count !== written)
      throw new Error(`Dovecot serves ${count} of ${written} messages: ${view.errors.join(', ')}`);
    return view;
  }

  /** How many calls that count an undisturbed run makes. */
  async countCalls(setup, trees, calls) {
    const key = JSON.stringify([setup, trees, calls]);
    if (!this.callCounts.has(key)) {
      const { count } = await this.start(setup, { trees, calls }).done;
      this.callCounts.set(key, count);
      this.clear();
    }
    return this.callCounts.get(key);
  }

  clear() {
    rmSync(this.target, { recursive: true, force: true });
    rmSync(`${this.target}.mailferry-new`, { recursive: true, force: true });
  }

  /** Lets the same command finish, and compares; what is wrong, in lines. */
  async finish(setup) {
    const wrong = [];
    const { status, stderr } = await this.start({ ...setup, clock: undefined }).done;
    if (status !== 0) wrong.push(`the undisturbed command ended with ${status}: ${stderr.trim()}`);
    wrong.push(...treeDifference(this.trees.get(setup.source).lines, linesOfTree(this.target)));
    if (existsSync(`${this.target}.mailferry-new`)) wrong.push('Maildir.mailferry-new was left');
    if (setup.source !== 'pst' && wrong.length === 0) wrong.push(...this.restored());
    if (this.number % 5 === 0 && wrong.length === 0) wrong.push(...(await this.again(setup)));
    return wrong;
  }

  /** In what the target differs from that of an undisturbed run, in lines. */
  unlikeReference(setup) {
    return treeDifference(this.trees.get(setup.source).lines, linesOfTree(this.target));
  }

  /** What Dovecot says of a copy of what a kill left; undefined when it is not asked. */
  look({ source }) {
    const wanted = this.views.get(source);
    if (wanted === undefined || this.number % 3 !== 0 || !existsSync(this.target)) return undefined;
    return differences(wanted, served(this.target));
  }

  /** A run more changes not one octet of the ledger. */
  async again(setup) {
    const ledger = readFileSync(join(this.target, 'mailferry-ledger'));
    const { status } = await this.start({ ...setup, clock: undefined }).done;
    const same = ledger.equals(readFileSync(join(this.target, 'mailferry-ledger')));
    return status === 0 && same ? [] : [`a run more: exit status ${status}, ledger ${same ? 'the same' : 'changed'}`];
  }

  restored() {
    const directory = join(this.work, 'restored');
    try {
      const { restored, refused } = restore(this.target, directory);
      const bad = restored.filter(({ source, path }) => !readFileSync(source).equals(readFileSync(path)));
      return [
        ...refused.map(({ source, missing }) => `restore refuses ${source}: ${missing[0]}`),
        ...bad.map(({ source }) => `restored otherwise: ${source}`),
      ];
    } catch (error) {
      return [`restore: ${error}`];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Moves what a trial left out of the way of the next. */
  keep(trial) {
    renameSync(this.target, join(this.work, `wrong-${trial}`));
  }
}
