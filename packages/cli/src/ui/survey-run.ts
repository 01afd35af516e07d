import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import {
  estimateBatch,
  estimateHome,
  expand,
  type HomeSurvey,
  hasGetfacl,
  homeText,
  LISTED,
  localRunner,
  MANIFEST_HEADER,
  manifestRow,
  orderOf,
  type Rates,
  readAccessLists,
  SurveySum,
  surveyHome,
  surveyText,
  timeConversions,
  withAccessLists,
} from '@mailferry/batch';
import { formatMoment, loadPst, MailError, type RawPath, rawPath } from '@mailferry/core';
import type { Context } from '../command.js';
import { jobProcessEntry } from '../entry-points.js';
import { EXIT, exitStatusOf } from '../exit-codes.js';
import { asEffectiveUser, type EffectiveUser } from '../owner/effective-user.js';
import { JOB_MEMORY } from './batch-runner.js';
import { Interrupt } from './interrupt.js';
import { unwritable } from './log-file.js';
import type { Settings } from './settings.js';
import { type ListedHome, listHomes, ownerOfHome } from './survey-homes.js';

/** Looks at every home as its owner, and writes the manifest; the exit status. */
export async function runSurvey(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const homes = listHomes(args, settings);
  const jobs = settings.number('jobs') ?? availableParallelism();
  using manifest = openManifest(settings.text('manifest'));
  const seesAccess = hasGetfacl();
  if (!seesAccess) output.say('access lists are not looked at: there is no getfacl here (Debian has it in the package acl)');
  const rates = settings.on('no-estimate') ? undefined : await measureRates(settings, jobs);
  if (rates === undefined && !settings.on('no-estimate')) output.say('samples could not be converted, so there is no estimate of time');
  // What reads mail is loaded before any home is entered: its owner may not be able to read our files.
  await loadPst();
  using interrupt = new Interrupt(output);
  const work = new SurveyWork(context, { rates, seesAccess }, manifest);
  for (const home of homes) {
    await interrupt.breathe();
    // Who has seen enough of the text still wants a whole manifest.
    if (interrupt.status !== undefined || (output.isGone && settings.text('manifest') === undefined)) break;
    await work.take(home);
  }
  work.end(jobs, interrupt.status);
  return interrupt.status ?? EXIT.ok;
}

/** What is known before the first home. */
interface SurveyMeans {
  readonly rates: Rates | undefined;
  /** Whether there is a getfacl to ask. */
  readonly seesAccess: boolean;
}

/** What is added up and shown while homes are looked at. */
class SurveyWork {
  readonly #context: Context;
  readonly #means: SurveyMeans;
  readonly #manifest: ManifestFile;
  readonly #sum: SurveySum = new SurveySum();
  readonly #seconds: number[] = [];
  #skipped = 0;

  constructor(context: Context, means: SurveyMeans, manifest: ManifestFile) {
    this.#context = context;
    this.#means = means;
    this.#manifest = manifest;
  }

  async take(home: ListedHome): Promise<void> {
    const { settings, output } = this.#context;
    const survey = await surveyOne(home, settings, this.#means);
    if (survey === undefined) {
      this.#skipped += 1;
      output.say(`${home.user}: ${home.home} is not there, is no directory, or is root's own`);
      return;
    }
    this.#sum.add(survey);
    if (survey.seconds !== undefined) this.#seconds.push(survey.seconds);
    this.#manifest.write(manifestRow(survey, settings.text('group')));
    const { oldest, newest, ...facts } = survey;
    output.event({ type: 'home', ...facts, ...moments({ oldest, newest }) });
    if (!output.isQuiet) output.result(homeText(survey, output.verbosity > 0));
  }

  /** @param interrupted - the exit status where a signal came before the last home */
  end(jobs: number, interrupted: number | undefined): void {
    const { output } = this.#context;
    const totals = this.#sum.totals();
    const { rates, seesAccess } = this.#means;
    const estimate = rates === undefined ? undefined : { seconds: estimateBatch(this.#seconds, jobs), jobs, rates };
    output.event({
      type: 'summary',
      exitStatus: interrupted ?? EXIT.ok,
      ...(interrupted === undefined ? {} : { interrupted: true }),
      ...totals,
      skipped: this.#skipped,
      seesAccessLists: seesAccess,
      ...(estimate === undefined ? {} : { estimate }),
    });
    if (output.isQuiet) return;
    if (interrupted === undefined) output.result(surveyText(totals, estimate));
    else output.result('\nInterrupted: not every home was looked at. Run the same command again.');
  }
}

/** Times as all JSON has them; without those that are not known. */
function moments(times: Readonly<Record<string, number | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(times).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, formatMoment(ms)]])));
}

async function surveyOne(listed: ListedHome, settings: Settings, { rates, seesAccess }: SurveyMeans): Promise<HomeSurvey | undefined> {
  const { user, home } = listed;
  const owner = ownerOfHome(listed);
  if (owner === undefined) return undefined;
  const pattern = settings.text('spool') ?? '/var/mail/%u';
  const sample = settings.number('sample');
  const homeOf = (): string => home;
  const places: RawPath[] = [];
  const look = (): Promise<HomeSurvey> =>
    surveyHome(
      {
        user,
        home,
        owner: owner.uid,
        target: expand(settings.text('target') ?? 'maildir:%h/Maildir', user, { homeOf }),
        ...(pattern === 'none' ? {} : { spool: expand(pattern, user, { homeOf }) }),
      },
      {
        ...(sample === undefined ? {} : { sample }),
        place: (path) => {
          if (places.length < LISTED) places.push(path);
        },
      },
    );
  const seen = await asOwnerOf(owner, look);
  // A child of its own that is the owner for good: this process is root underneath while it looks.
  const as = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
  const survey = seesAccess ? withAccessLists(seen, readAccessLists(rawPath(home.replace(/\/+$/u, '')), places, as)) : seen;
  return rates === undefined || survey.sources.length === 0 ? survey : { ...survey, seconds: estimateHome(survey, rates) };
}

/** Only root can turn into others; anybody else sees what the system shows. */
function asOwnerOf<T>(owner: EffectiveUser, work: () => Promise<T>): Promise<T> {
  return process.getuid?.() === 0 ? asEffectiveUser(owner, work) : work();
}

/** Converts samples as a batch would: each in the process of a job, with the environment and the limits of one. */
function measureRates(settings: Settings, jobs: number): Promise<Rates | undefined> {
  const lanes = jobs >= availableParallelism() ? { lanes: 0 as const } : {};
  const run = localRunner({
    entry: jobProcessEntry(),
    // What is converted was written by ourselves.
    identityOf: () => [],
    orderFor: async (job) => orderOf(job, lanes),
    limits: { memory: JOB_MEMORY },
    exitStatusOf,
  });
  const control = { signal: new AbortController().signal, observe: () => undefined };
  const scratch = settings.text('scratch') ?? tmpdir();
  const timed = timeConversions(scratch, jobs, async (source, target) => {
    const job = { id: target, user: '-', sources: [source], target, priority: 0, options: {} };
    return (await run(job, control)).exitStatus;
  });
  return timed.catch((cause: unknown) => {
    if (cause instanceof MailError) throw cause;
    throw unwritable(
      'the directory for samples',
      scratch,
      cause,
      'name a directory that you may write with --scratch, or use --no-estimate',
    );
  });
}

interface ManifestFile extends Disposable {
  write(text: string): void;
}

/** Opened before the first home is entered, with the rights of whoever runs this. */
function openManifest(path: string | undefined): ManifestFile {
  if (path === undefined) return { write: () => undefined, [Symbol.dispose]: () => undefined };
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
    writeSync(fd, MANIFEST_HEADER);
    return { write: (text) => writeSync(fd, text), [Symbol.dispose]: () => closeSync(fd) };
  } catch (cause) {
    throw unwritable('the manifest', path, cause);
  }
}
