import {
  describeIssues,
  type FolderInspection,
  formatBytes,
  formatCount,
  formatCountOf,
  formatDay,
  formatName,
  type Inspection,
  type IssueCode,
  type Message,
  printable,
  printablePath,
  sortFlags,
  textTable,
} from '@mailferry/core';
import { PST_PARTS } from './flags-source.js';
import type { Palette } from './palette.js';

/** Keywords shown of one folder. */
const SHOWN_KEYWORDS = 8;

/**
 * What a source holds, for people.
 *
 * @param width - columns of the terminal, if it is one
 */
export function inspectionText(inspection: Inspection, palette: Palette, isVerbose: boolean, width?: number): string {
  const { folders } = inspection;
  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  const kind = formatName(inspection);
  return [
    `${palette.strong(printable(inspection.source))}: ${kind}`,
    `${formatCountOf(inspection.messages, 'message')} in ${formatCountOf(folders.length, 'folder')}, ${formatBytes(bytes)}`,
    ...(folders.length === 0 ? [] : ['', ...folderLines(folders, width)]),
    ...itemLines(inspection),
    ...quotingLines(inspection),
    ...issueLines(inspection, palette),
    ...leftAloneLines(inspection, isVerbose),
    '',
  ].join('\n');
}

function folderLines(folders: readonly FolderInspection[], width: number | undefined): string[] {
  const hasFlags = folders.some(({ flags, keywords }) => Object.keys(flags).length + Object.keys(keywords).length > 0);
  return textTable(
    [
      { head: 'folder' },
      { head: 'messages', isNumber: true },
      { head: 'size', isNumber: true },
      { head: 'oldest' },
      { head: 'newest' },
      ...(hasFlags ? [{ head: 'flags and keywords' }] : []),
    ],
    folders.map((folder) => [
      printablePath(folder.path) + (folder.specialUse === undefined ? '' : ` (${folder.specialUse})`),
      formatCount(folder.messages),
      formatBytes(folder.bytes),
      folder.oldest === undefined ? '-' : formatDay(folder.oldest),
      folder.newest === undefined ? '-' : formatDay(folder.newest),
      flagText(folder),
    ]),
    '  ',
    width,
  );
}

function flagText({ flags, keywords }: FolderInspection): string {
  const all = [...Object.entries(flags), ...Object.entries(keywords)].map(([flag, count]) => `${printable(flag)} ${formatCount(count)}`);
  const rest = all.length - SHOWN_KEYWORDS;
  return rest > 0 ? `${all.slice(0, SHOWN_KEYWORDS).join(', ')} and ${rest} more` : all.join(', ');
}

function itemLines({ items, excluded, failed }: Inspection): string[] {
  const lines = [
    ...Object.entries(items).map(([kind, count]) => `  ${formatCount(count)}  not mail: ${kind}`),
    ...Object.entries(excluded).map(
      ([reason, count]) => `  ${formatCount(count)}  not read by default: ${printable(reason)}${readBy(reason)}`,
    ),
    ...(failed === 0 ? [] : [`  ${formatCount(failed)}  could not be read`]),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What the quoted lines speak for. They stay as they are but where the writer of the file undoes them itself (docs/formats/mbox.md). */
function quotingLines({ quoting }: Inspection): string[] {
  if (quoting?.likely === undefined) return [];
  const { once, more, likely } = quoting;
  const meaning = likely === 'mboxrd' ? 'as mboxrd quotes' : 'as mboxo quotes, or mboxrd where nothing was quoted twice';
  return [
    '',
    `lines ">From ": ${formatCount(once)}, ">>From " and more: ${formatCount(more)}; ${meaning} (--unescape ${likely} undoes it)`,
  ];
}

function issueLines({ issues }: Inspection, palette: Palette): string[] {
  const counted = Object.entries(issues).map(([code, count]) => ({ code: code as IssueCode, count, first: [] }));
  if (counted.length === 0) return [];
  const described = describeIssues(counted);
  const [width, numbers] = [
    Math.max(...described.map(({ code }) => code.length)),
    Math.max(...described.map(({ count }) => formatCount(count).length)),
  ];
  return [
    '',
    'what will be odd (mailferry explain CODE):',
    ...described.map(({ code, severity, title, count }) => {
      const name = code.padEnd(width);
      return `  ${formatCount(count).padStart(numbers)}  ${severity === 'notice' ? name : palette.warn(name)}  ${title}`;
    }),
  ];
}

/** The flag that asks for a part of a PST. */
function readBy(reason: string): string {
  const [part] = Object.entries(PST_PARTS).find(([, meant]) => meant === reason) ?? [];
  const flag = part === undefined ? '--recoverable' : `--pst-include ${part}`;
  return part === undefined && reason !== 'recoverableItems' ? '' : ` (${flag} reads it)`;
}

function leftAloneLines({ leftAlone }: Inspection, isVerbose: boolean): string[] {
  if (leftAlone.length === 0) return [];
  if (!isVerbose) return ['', `${formatCountOf(leftAlone.length, 'place')} left alone (-v names them)`];
  return ['', 'left alone:', ...leftAlone.map(({ path, reason }) => `  ${printable(path)}: ${printable(reason)}`)];
}

/** A message in one line, for `--messages` without `--json`. */
export function messageText(message: Message): string {
  const uid = message.uid === undefined ? '' : ` UID ${message.uid}`;
  const flags = sortFlags(message.flags).map(printable).join(' ');
  return `${printablePath(message.folder)}${uid} ${printable(message.sourceId)} ${message.content.size} ${formatDay(message.internalDate)} ${flags}`.trimEnd();
}
