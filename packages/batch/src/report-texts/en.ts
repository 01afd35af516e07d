import { formatCount, formatCountOf, REPORT_TEXTS } from '@mailferry/core';
import type { BatchTexts, BatchVerdict } from './texts.js';

/** The batch report in English. */
export const EN: BatchTexts = {
  words: REPORT_TEXTS.en,
  verdict,
  title: 'Report of a batch',
  users: 'Users',
  user: 'User',
  usersByOutcome: 'Users by outcome',
  states: {
    done: 'done',
    incomplete: 'done, but for some messages',
    failed: 'failed',
    retry: 'to be tried again',
    interrupted: 'interrupted',
    running: 'running',
    waiting: 'waiting',
  },
  groups: 'Groups',
  group: 'Group',
  noGroup: 'no group',
  left: 'still to be done',
  outcome: 'Outcome',
  tries: 'Tries',
  folderNames: 'Folders by name, all users together',
  folderCount: 'Folders in all',
  arrived: 'in the target',
  throughput: 'Throughput over time',
  messagesOverTime: 'Messages over time',
  bytesOverTime: 'Octets over time',
  from: 'From (UTC)',
  stretch: 'One column is',
  skipped: 'What was skipped',
  reason: 'Reason',
  places: 'Places',
  byHand: 'What must still be done by hand',
  nothingByHand: 'Nothing.',
  byHandKinds: {
    failed: 'These users failed: look into the reason and run the batch again with --unfinished',
    left: 'These users are not done yet: run the same command again',
    messagesFailed: 'Messages of these users could not be read or delivered: tell them, and keep the old files',
    items: 'Contacts, appointments and the like lie in files beside the mail: import them into the address book and the calendar',
    unreadable:
      'These files and directories may not be read by the user himself, and may be mail: give him the right, and run his job again',
    lookalikes: 'These places look like mail and were not read: look, and name them as sources if they are',
    changed: 'These files changed while they were read: run the batch once more when nothing is delivered there',
    damaged: 'These sources are damaged: look for a better copy in a backup',
  },
  largestUsers: 'Users with the most messages',
  otherUsers: 'other users',
  round: 'Round',
  ended: 'Ended',
  lastWord: 'Last word',
};

function verdict({ outcome, users, done, incomplete, failed, left }: BatchVerdict): string {
  const count = (value: number): string => formatCount(value, EN.words.groupSeparator);
  if (users === 0) return 'No user has been started.';
  if (outcome === 'complete') return users === 1 ? 'The one user is done.' : `All ${count(users)} users are done.`;
  const rest = [
    incomplete > 0 ? `${count(incomplete)} but for some messages` : '',
    failed > 0 ? `${count(failed)} failed` : '',
    left > 0 ? `${count(left)} still to be done` : '',
  ].filter((part) => part !== '');
  return `${count(done)} of ${formatCountOf(users, 'user')} ${done === 1 ? 'is' : 'are'} done; ${rest.join(', ')}.`;
}
