// What an admin has to know of a home before it is moved, drawn from what was found there.
import { formatCountOf } from '@mailferry/core';
import type { FoundMail, SettingsFinding, SurveyNote } from './survey.js';

/** What was found. */
export interface NoteFacts {
  readonly home: string;
  readonly mail: readonly FoundMail[];
  readonly settings: readonly SettingsFinding[];
  /** Files with access rights of others. */
  readonly acl: readonly string[];
  /** Places of mail of another group than the home, which that group may read or write. */
  readonly groupShared: readonly string[];
  readonly user: string;
  /** What the user cannot read: files and directories. */
  readonly unreadable: readonly string[];
  /** Files at the top of the home that go to INBOX. */
  readonly toInbox: readonly string[];
  /** Mail whose name is not UTF-8. */
  readonly guessedNames: number;
}

/** Notes in the order of how much they matter. */
export function notesOf(facts: NoteFacts): SurveyNote[] {
  return [...storeNotes(facts), ...unreadableNotes(facts), ...shareNotes(facts), ...deliveryNotes(facts), ...nameNotes(facts)];
}

function storeNotes({ mail, toInbox }: NoteFacts): SurveyNote[] {
  const target = mail.find(({ isTarget }) => isTarget === true);
  const kinds = [...new Set(mail.map(({ format }) => (format === 'mmdf' ? 'mbox' : format)))].sort();
  const notes: SurveyNote[] = [];
  if (kinds.length > 1) notes.push({ kind: 'merge', text: `${kinds.length} mail stores to be merged: ${kinds.join(', ')}` });
  if (target !== undefined && target.messages > 0) {
    notes.push({
      kind: 'targetHasMail',
      text: `the target has ${formatCountOf(target.messages, 'message')} already; they stay, and what comes is added`,
    });
  }
  if (toInbox.length > 0)
    notes.push({ kind: 'toInbox', text: `${toInbox.join(', ')}: goes to INBOX, since no mail directory lies beside it` });
  return notes;
}

function unreadableNotes({ user, home, unreadable }: NoteFacts): SurveyNote[] {
  const names = unreadable.map((path) => (path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path));
  return names.length === 0 ? [] : [{ kind: 'unreadable', text: `${user} cannot read ${some(names)}` }];
}

function shareNotes({ settings, acl, groupShared }: NoteFacts): SurveyNote[] {
  const shared = settings.filter(({ kind }) => kind === 'shared').map(({ value }) => value);
  const remote = settings.filter(({ kind }) => kind === 'remote').map(({ value }) => value);
  return [
    ...(shared.length === 0 ? [] : [{ kind: 'sharedFolder' as const, text: `shared folders that do not move: ${some(shared)}` }]),
    ...(remote.length === 0 ? [] : [{ kind: 'sharedFolder' as const, text: `folders on other servers that do not move: ${some(remote)}` }]),
    ...(groupShared.length === 0
      ? []
      : [{ kind: 'sharedFolder' as const, text: `shared with another group by their mode, which does not move: ${some(groupShared)}` }]),
    ...(acl.length === 0 ? [] : [{ kind: 'acl' as const, text: `access rights of others that do not move: ${some(acl)}` }]),
  ];
}

function deliveryNotes({ settings, home, mail }: NoteFacts): SurveyNote[] {
  const of = (kind: SettingsFinding['kind']) => settings.filter((finding) => finding.kind === kind && !finding.file.startsWith('.m'));
  const notes: SurveyNote[] = [];
  const note = (text: string) => notes.push({ kind: 'delivery', text });
  for (const { file, value } of of('forward')) note(`${file} sends mail on to ${value}: set this up on the new server`);
  for (const { file, value } of of('program')) note(`${file} gives mail to a program: ${value}`);
  for (const { file, value } of of('folder').filter((finding) => finding.file !== '.pinerc'))
    note(`${file} delivers to the folder ${value}`);
  const names = new Set(mail.map(({ path }) => path.slice(home.length + 1)));
  const absent = settings.filter(({ kind, value }) => kind === 'subscribed' && value.toUpperCase() !== 'INBOX' && !names.has(value));
  if (absent.length > 0)
    notes.push({ kind: 'subscribedAbsent', text: `subscribed, and not there as a file: ${some(absent.map(({ value }) => value))}` });
  return notes;
}

function nameNotes({ guessedNames }: NoteFacts): SurveyNote[] {
  return guessedNames === 0 ? [] : [{ kind: 'names', text: `${guessedNames} names are not UTF-8 and will be read as Latin-1` }];
}

function some(list: readonly string[]): string {
  const unique = [...new Set(list)];
  return unique.length <= 5 ? unique.join(', ') : `${unique.slice(0, 5).join(', ')} and ${unique.length - 5} more`;
}
