import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import {
  estimateBatch,
  estimateHome,
  expand,
  type HomeSurvey,
  homeText,
  MANIFEST_HEADER,
  manifestRow,
  type Rates,
  SurveySum,
  surveyHome,
  surveyText,
  timeConversions,
} from '@mailferry/batch';
import { loadPst } from '@mailferry/core';
import type { Context } from '../command.js';
import { programEntry } from '../entry-points.js';
import { EXIT } from '../exit-codes.js';
import { asEffectiveUser, type EffectiveUser } from '../owner/effective-user.js';
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
  const rates = settings.on('no-estimate') ? undefined : await measureRates(settings, jobs);
  if (rates === undefined && !settings.on('no-estimate')) output.say('samples could not be converted, so there is no estimate of time');
  // What reads mail is loaded before any home is entered: its owner may not be able to read our files.
  await loadPst();
  using interrupt = new Interrupt(output);
  const work = new SurveyWork(context, rates, manifest);
  for (const home of homes) {
    await interrupt.breathe();
    // Who has seen enough of the text still wants a whole manifest.
    if (interrupt.status !== undefined || (output.isGone && settings.text('manifest') === undefined)) break;
    await work.take(home);
  }
  if (interrupt.status !== undefined) return interrupt.status;
  work.end(jobs);
  return EXIT.ok;
}

/** What is added up and shown while homes are looked at. */
class SurveyWork {
  readonly #context: Context;
  readonly #rates: Rates | undefined;
  readonly #manifest: ManifestFile;
  readonly #sum: SurveySum = new SurveySum();
  readonly #seconds: number[] = [];
  #skipped = 0;

  constructor(context: Context, rates: Rates | undefined, manifest: ManifestFile) {
    this.#context = context;
    this.#rates = rates;
    this.#manifest = manifest;
  }

  async take(home: ListedHome): Promise<void> {
    const { settings, output } = this.#context;
    const survey = await surveyOne(home, settings, this.#rates);
    if (survey === undefined) {
      this.#skipped += 1;
      output.say(`${home.user}: ${home.home} is not there, is no directory, or is root's own`);
      return;
    }
    this.#sum.add(survey);
    if (survey.seconds !== undefined) this.#seconds.push(survey.seconds);
    this.#manifest.write(manifestRow(survey, settings.text('group')));
    output.event({ type: 'home', ...survey });
    if (!output.isQuiet) output.result(homeText(survey, output.verbosity > 0));
  }

  end(jobs: number): void {
    const { output } = this.#context;
    const totals = this.#sum.totals();
    const estimate = this.#rates === undefined ? undefined : { seconds: estimateBatch(this.#seconds, jobs), jobs, rates: this.#rates };
    output.event({ type: 'summary', ...totals, skipped: this.#skipped, ...(estimate === undefined ? {} : { estimate }) });
    if (!output.isQuiet) output.result(surveyText(totals, estimate));
  }
}

async function surveyOne(listed: ListedHome, settings: Settings, rates: Rates | undefined): Promise<HomeSurvey | undefined> {
  const { user, home } = listed;
  const owner = ownerOfHome(listed);
  if (owner === undefined) return undefined;
  const pattern = settings.text('spool') ?? '/var/mail/%u';
  const sample = settings.number('sample');
  const homeOf = (): string => home;
  const look = (): Promise<HomeSurvey> =>
    surveyHome(
      {
        user,
        home,
        owner: owner.uid,
        target: expand(settings.text('target') ?? 'maildir:%h/Maildir', user, { homeOf }),
        ...(pattern === 'none' ? {} : { spool: expand(pattern, user, { homeOf }) }),
      },
      sample === undefined ? {} : { sample },
    );
  const survey = await asOwnerOf(owner, look);
  return rates === undefined || survey.sources.length === 0 ? survey : { ...survey, seconds: estimateHome(survey, rates) };
}

/** Only root can turn into others; anybody else sees what the system shows. */
function asOwnerOf<T>(owner: EffectiveUser, work: () => Promise<T>): Promise<T> {
  return process.getuid?.() === 0 ? asEffectiveUser(owner, work) : work();
}

/** Converts samples with this very program. */
function measureRates(settings: Settings, jobs: number): Promise<Rates | undefined> {
  const entry = programEntry();
  return timeConversions(settings.text('scratch') ?? tmpdir(), jobs, (source, target) => {
    const child = spawn(process.execPath, [entry, 'convert', '--quiet', source, target], { stdio: 'ignore' });
    return new Promise((done) => {
      child.once('error', () => done(EXIT.bug));
      child.once('exit', (status) => done(status ?? EXIT.bug));
    });
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
