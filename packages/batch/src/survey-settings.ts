// What dot files say of folders and deliveries. Read as their programs read them as far as mail is concerned: .forward (sendmail), .procmailrc (procmailrc(5)),
// .pinerc (Pine's own comments), .mailboxlist (UW-IMAP) and .subscriptions (Dovecot), .mh_profile (mh-profile(5)).
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { decodeMailboxName, fsPath, joinRaw, type RawPath } from '@mailferry/core';
import type { SettingsFinding } from './survey.js';

/** Octets of a file of settings that are read. */
const LIMIT = 256 * 1024;

type Finding = Omit<SettingsFinding, 'file'>;

const READERS: Readonly<Record<string, (text: string) => Finding[]>> = {
  '.forward': readForward,
  '.procmailrc': readProcmail,
  '.pinerc': readPine,
  '.mailboxlist': readList,
  '.subscriptions': readList,
  '.mh_profile': readMhProfile,
};

/** Reads the settings of a home; what is not there or not the owner's own says nothing. */
export function readSettings(home: RawPath, owner: number | undefined): SettingsFinding[] {
  return Object.entries(READERS).flatMap(([file, read]) => {
    const text = textOf(joinRaw(home, file), owner);
    return text === undefined ? [] : read(text).map((finding) => ({ file, ...finding }));
  });
}

/** The text of a small file; undefined when it is not there, or not the owner's own. */
export function textOf(path: RawPath, owner: number | undefined): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile() || (owner !== undefined && stat.uid !== owner)) return undefined;
    const octets = Buffer.alloc(Math.min(stat.size, LIMIT));
    return octets.subarray(0, readSync(fd, octets, 0, octets.length, 0)).toString('utf8');
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** `address, \user, /path, "|program"`, several a line, comments after `#`. */
function readForward(text: string): Finding[] {
  const entries = linesOf(text).flatMap((line) => line.match(/"(?:[^"\\]|\\.)*"|[^,\s"]+/g) ?? []);
  return entries.map((raw) => destination(raw.replace(/^"|"$/g, ''))).filter((finding) => finding !== undefined);
}

function destination(entry: string): Finding | undefined {
  const value = entry.trim();
  if (value.startsWith('|')) return { kind: 'program', value: value.slice(1).trim() };
  if (value.startsWith('/') || value.startsWith('~')) return { kind: 'folder', value };
  if (value.startsWith('\\') || value.startsWith(':')) return undefined;
  return { kind: 'forward', value };
}

/** Recipes: a line of `:0`, conditions that begin with `*`, and one action. Assignments of DEFAULT and ORGMAIL name folders too. */
function readProcmail(text: string): Finding[] {
  const found: Finding[] = [];
  let isInRecipe = false;
  for (const line of linesOf(text.replaceAll(/\\\r?\n/g, ' '))) {
    const assigned = /^(?:DEFAULT|ORGMAIL)=(\S+)/.exec(line)?.[1];
    if (assigned !== undefined) found.push({ kind: 'folder', value: assigned.replaceAll('"', '') });
    else if (line.startsWith(':0')) isInRecipe = true;
    else if (isInRecipe && !line.startsWith('*')) {
      isInRecipe = false;
      found.push(...action(line));
    }
  }
  return found;
}

function action(line: string): Finding[] {
  if (line.startsWith('{') || line === '}' || line.startsWith('/dev/null')) return [];
  if (line.startsWith('|')) return [{ kind: 'program', value: line.slice(1).trim() }];
  if (line.startsWith('!')) {
    return line
      .slice(1)
      .trim()
      .split(/[\s,]+/)
      .map((value) => ({ kind: 'forward', value }));
  }
  return [{ kind: 'folder', value: line.replaceAll('"', '').replace(/\/\.?$/, '') }];
}

const PINE_FOLDERS =
  /^(inbox-path|default-fcc|postponed-folder|default-saved-msg-folder|incoming-folders|folder-collections|news-collections)=(.*)$/;

/** `name=value`, lists go on in lines that begin with white space. A name in braces lies on a server, one that begins with `#` in a shared place. */
function readPine(text: string): Finding[] {
  const found: Finding[] = [];
  for (const line of linesOf(text.replaceAll(/,\r?\n[ \t]+/g, ', '))) {
    const [, name, list = ''] = PINE_FOLDERS.exec(line) ?? [];
    if (name === undefined || name === 'news-collections') continue;
    for (const item of list.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
      const value = item.replace(/^\s*"?[^"\s{#]*"?\s+(?=[^\s]+$)/, '').trim();
      if (value !== '') found.push({ kind: kindOfFolder(value), value });
    }
  }
  return found;
}

function kindOfFolder(value: string): Finding['kind'] {
  if (/#(?:shared|public|news)\b|^#/.test(value) || /^~[^/]/.test(value)) return 'shared';
  return value.includes('{') ? 'remote' : 'folder';
}

function readList(text: string): Finding[] {
  return linesOf(text, false).map((line) => {
    const name = decodeMailboxName(line) ?? line;
    const kind = kindOfFolder(name);
    return { kind: kind === 'folder' ? 'subscribed' : kind, value: name };
  });
}

function readMhProfile(text: string): Finding[] {
  const path = /^Path:\s*(\S.*)$/im.exec(text)?.[1]?.trim();
  return path === undefined ? [] : [{ kind: 'folder', value: path }];
}

function linesOf(text: string, hasComments = true): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !(hasComments && line.startsWith('#')));
}
