import { formatCount } from '../quantity.js';
import type { ReportTexts, VerdictFacts } from './texts.js';

/** The report in English. */
export const EN: ReportTexts = {
  language: 'en',
  groupSeparator: ',',
  decimalPoint: '.',
  target: (format, location) =>
    format === 'imap' ? `the account ${location}` : format === 'maildir' ? `the Maildir ${location}` : location,
  verdict,
  damaged: 'The source is damaged: not all that it once held could be read.',
  title: 'Report of a mail transfer',
  books: 'The books',
  folder: 'Folder',
  folders: 'Folders',
  read: 'read',
  written: 'written',
  alreadyPresent: 'already there',
  updated: 'of these with flags brought up to date',
  filtered: 'filtered',
  filteredBy: {
    option: 'by an option',
    expunged: 'deleted in the source',
    removedByUser: 'removed or moved by the user',
    duplicate: 'duplicate',
  },
  failed: 'failed',
  size: 'Size',
  oldest: 'Oldest',
  newest: 'Newest',
  total: 'Total',
  items: 'Contacts, appointments and the like',
  nodes: 'Message nodes of the PST',
  messages: 'Messages',
  issues: 'Issues',
  noIssues: 'None: nothing was odd, nothing had to be guessed.',
  failures: 'Why messages failed',
  firstPlaces: 'First places',
  count: 'Count',
  code: 'Code',
  meaning: 'Meaning',
  years: 'Messages by year',
  year: 'Year',
  source: 'Source',
  targetWord: 'Target',
  sizes: 'Messages by size',
  upTo: 'up to',
  above: 'above',
  invented: 'What had to be invented',
  nothingInvented: 'Nothing.',
  dateFrom: {
    received: 'dates taken from the Received header',
    date: 'dates taken from the Date header',
    file: 'dates taken from the file',
    none: 'messages without any date',
  },
  inventedMessageIds: 'Message-IDs made up',
  inventedNames: 'folder names changed',
  leftAlone: 'Seen and left alone',
  next: 'How to go on',
  run: 'The run',
  command: 'Command',
  started: 'Started',
  duration: 'Duration',
  rate: 'Rate',
  versions: 'Versions',
  options: 'Options',
  details: 'Messages with issues',
  subject: 'Subject',
  from: 'From',
  outcomeByFolder: 'Outcome per folder',
  sizeByFolder: 'Size per folder',
  otherFolders: 'other folders',
  dryRun: 'Dry run',
  yes: 'yes',
  no: 'no',
};

function verdict({ outcome, dryRun, read, arrived, isUnchanged, target }: VerdictFacts): string {
  const verb = dryRun ? 'would be' : arrived === 1 ? 'is' : 'are';
  const of = `${formatCount(arrived)} of ${formatCount(read)} ${read === 1 ? 'message' : 'messages'}`;
  if (outcome === 'interrupted') return `Interrupted: ${of} read so far ${verb} in ${target}.`;
  if (read === 0) return `There was no message to bring to ${target}.`;
  if (isUnchanged) {
    return `Nothing changed in the source since ${read === arrived && read > 1 ? `all ${formatCount(read)} messages` : of} came to ${target}.`;
  }
  if (read > 1 && read === arrived) return `All ${formatCount(read)} messages ${verb} in ${target}.`;
  return `${of} ${verb} in ${target}.`;
}
