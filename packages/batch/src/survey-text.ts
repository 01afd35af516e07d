// A survey for people: a few lines for each home, then what they add up to.
import { formatBytes, formatCount, formatCountOf, formatDay, formatDuration, printable, textTable } from '@mailferry/core';
import type { HomeSurvey, NoteKind } from './survey.js';
import type { SurveyTotals } from './survey-totals.js';

/** Names that a line lists before it says how many more there are. */
const SHOWN = 8;

/** One home. */
export function homeText(survey: HomeSurvey, isVerbose: boolean): string {
  const { user, home, formats, mail } = survey;
  const about = survey.isEstimate ? 'about ' : '';
  const what =
    survey.sources.length === 0 ? 'nothing to move' : `${about}${formatCountOf(survey.messages, 'message')}, ${formatBytes(survey.bytes)}`;
  const lines = [
    `${printable(user)}  ${what}${survey.seconds === undefined ? '' : `, ${formatDuration(survey.seconds * 1000)}`}  ${printable(home)}`,
    ...Object.entries(formats).map(
      ([name, count]) =>
        `    ${name}: ${formatCountOf(count.messages, 'message')} in ${formatCountOf(count.files, 'place')}, ${formatBytes(count.bytes)}`,
    ),
    ...usedLines(survey),
    ...survey.notes.map(({ text }) => `    note: ${printable(text)}`),
    ...(survey.notMail.length === 0
      ? []
      : [`    looked at and left: ${formatCount(survey.notMail.length)}${isVerbose ? '' : ' (-v names them)'}`]),
  ];
  if (!isVerbose) return lines.join('\n');
  return [
    ...lines,
    ...survey.notMail.map(({ path, what: reason }) => `        ${printable(path)}: ${printable(reason)}`),
    ...mail.map(
      (one) =>
        `    ${one.format}  ${one.isEstimate === true ? 'about ' : ''}${formatCount(one.messages)}  ${formatBytes(one.bytes)}  ${printable(one.path)}`,
    ),
    ...survey.settings.map(({ file, kind, value }) => `    ${file}: ${kind} ${printable(value)}`),
  ].join('\n');
}

function usedLines(survey: HomeSurvey): string[] {
  const used = [listed('flags', survey.flags), listed('keywords', survey.keywords), listed('charsets', survey.charsets)].filter(
    (text) => text !== '',
  );
  const range =
    survey.oldest === undefined || survey.newest === undefined ? [] : [`${formatDay(survey.oldest)} to ${formatDay(survey.newest)}`];
  return [...range, ...used].length === 0 ? [] : [`    ${[...range, ...used].join('; ')}`];
}

function listed(title: string, counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (all.length === 0) return '';
  const shown = all.slice(0, SHOWN).map(([name, count]) => `${printable(name)} ${formatCount(count)}`);
  return `${title}: ${shown.join(', ')}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ''}`;
}

/** What the estimate of a whole batch says. */
export interface EstimateText {
  readonly seconds: number;
  readonly jobs: number;
}

/** What a kind of note says of a home, after "homes in which". */
const NOTE_WORDS: Readonly<Record<NoteKind, string>> = {
  merge: 'several stores are merged',
  targetHasMail: 'the target has mail already',
  sharedFolder: 'folders of others do not move',
  acl: 'access rights do not move',
  unsupported: 'a format is not read',
  unreadable: 'something cannot be read',
  toInbox: 'files go to INBOX',
  delivery: 'mail is delivered by rules',
  names: 'names are guessed',
  subscribedAbsent: 'a subscribed folder is absent',
};

/** What all homes add up to. */
export function surveyText(totals: SurveyTotals, estimate: EstimateText | undefined): string {
  const about = totals.isEstimate ? 'about ' : '';
  const rows = Object.entries(totals.formats).map(([name, { homes, files, messages, bytes }]) => [
    name,
    formatCount(homes),
    formatCount(files),
    formatCount(messages),
    formatBytes(bytes),
  ]);
  const columns = [{ head: 'format' }, ...['homes', 'places', 'messages', 'on disk'].map((head) => ({ head, isNumber: true }))];
  return [
    '',
    `${formatCountOf(totals.homes, 'home')}, ${formatCount(totals.toMove)} with mail to move: ${about}${formatCountOf(totals.messages, 'message')}, ${formatBytes(totals.bytes)}`,
    ...(estimate === undefined
      ? []
      : [
          `about ${formatDuration(estimate.seconds * 1000)} with ${formatCountOf(estimate.jobs, 'job')} at a time, as conversions on this machine were timed`,
        ]),
    ...(rows.length === 0 ? [] : ['', ...textTable(columns, rows)]),
    ...[
      listed('flags', totals.flags),
      listed('homes by keyword', totals.keywords),
      listed('charsets', totals.charsets),
      listed(
        'homes in which',
        Object.fromEntries(Object.entries(totals.notes).map(([kind, count]) => [NOTE_WORDS[kind as NoteKind], count])),
      ),
    ]
      .filter((text) => text !== '')
      .map((text) => `  ${text}`),
    `  ${formatCountOf(totals.files, 'file')} and ${formatCountOf(totals.directories, 'directory', 'directories')} passed, ${formatBytes(totals.bytesRead)} of mail read`,
  ].join('\n');
}
