// A chain of kills, then the same command undisturbed.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every fourth kill comes at a random time, the others at a random call. */
export class KillTrial {
  kind = 'kill';
  kills = 0;
  /** States that Dovecot opened. */
  looked = 0;

  constructor(judge, left) {
    this.judge = judge;
    this.setup = judge.setup();
    this.links = Math.min(left, 1 + judge.pick(4));
    this.told = [];
  }

  get title() {
    const { source, fsync, clock } = this.setup;
    return `kill ${source} --fsync ${fsync}${clock === undefined ? '' : ' many commits'}: ${this.told.join(', ')}`;
  }

  /** What is wrong with what was left, in lines. */
  async run() {
    const { judge, setup } = this;
    judge.clear();
    for (let link = 0; link < this.links; link += 1) {
      const isDead = judge.pick(4) === 0 ? await this.killAtTime() : await this.killAtCall(link);
      if (!isDead) break;
      this.kills += 1;
    }
    const seen = this.kills > 0 ? judge.look(setup) : undefined;
    this.looked = seen === undefined ? 0 : 1;
    return [...(seen ?? []), ...(await judge.finish(setup))];
  }

  async killAtCall(link) {
    const { judge, setup } = this;
    const total = await this.total();
    // A run that goes on makes fewer calls than one that begins.
    const at = 1 + judge.pick(link === 0 ? total : Math.max(20, judge.pick(total)));
    const when = judge.choose(['before', 'after', 'torn']);
    const { signal } = await judge.start(setup, { at, act: 'kill', when }).done;
    this.told.push(`${when} call ${at} of ${total}${signal === 'SIGKILL' ? '' : ' (it came to its end)'}`);
    return signal === 'SIGKILL';
  }

  async total() {
    const { judge, setup } = this;
    const key = JSON.stringify(setup);
    this.judge.totals ??= new Map();
    if (!judge.totals.has(key)) {
      const spare = `${judge.target}-count`;
      const { count } = await judge.start(setup, { trees: [spare] }, spare).done;
      judge.totals.set(key, count);
      const { rmSync } = await import('node:fs');
      rmSync(spare, { recursive: true, force: true });
    }
    return judge.totals.get(key);
  }

  async killAtTime() {
    const { judge, setup } = this;
    const run = judge.start(setup, { trees: ['/nowhere'] });
    const wait = 50 + judge.pick(Math.max(50, judge.trees.get(setup.source).took));
    for (let passed = 0; passed < 5000 && !existsSync(judge.target) && run.child.exitCode === null; passed += 5) await sleep(5);
    await Promise.race([sleep(judge.pick(wait)), run.done]);
    try {
      process.kill(-run.child.pid, 'SIGKILL');
    } catch {
      // it came to its end
    }
    const { signal } = await run.done;
    this.told.push(`at a time${signal === 'SIGKILL' ? '' : ' (it came to its end)'}`);
    return signal === 'SIGKILL';
  }
}
