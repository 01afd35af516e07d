// POSIX access lists of the places where mail was found, as getfacl(1) tells them: Node cannot read extended attributes. getfacl runs with the rights of
// the owner, follows no link, and is given the paths on its input, one a line, so that no name is too odd or too long for a command line.
import { spawnSync } from 'node:child_process';
import { type RawPath, shownPath } from '@mailferry/core';
import type { AccessFinding, HomeSurvey } from './survey.js';

/** Places of a home whose lists are read; of more there is a note. */
const MOST_PLACES = 10_000;
/** Octets of getfacl's answer, and milliseconds that it may take. */
const MOST_ANSWER = 64 * 1024 * 1024;
const PATIENCE = 60_000;
/** Places that a note names. */
const NAMED = 5;

/** True when there is a getfacl. */
export function hasGetfacl(): boolean {
  return spawnSync('getfacl', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * What others may do at places of a home, and on the way to them from its top: entries of named users and groups.
 *
 * @param home - the top; what lies elsewhere, such as a spool, is looked at by itself
 * @param owner - as whom to look; as who runs this when absent
 */
export function readAccessLists(
  home: RawPath,
  places: Iterable<RawPath>,
  owner?: { readonly uid: number; readonly gid: number },
): AccessFinding[] {
  const asked = [...withParents(home, places)].slice(0, MOST_PLACES);
  if (asked.length === 0) return [];
  const { stdout } = spawnSync('getfacl', ['--absolute-names', '--skip-base', '--physical', '-'], {
    input: Buffer.from(`${asked.join('\n')}\n`, 'latin1'),
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    maxBuffer: MOST_ANSWER,
    timeout: PATIENCE,
    ...(owner === undefined ? {} : owner),
  });
  return parseAccessLists(stdout?.toString('latin1') ?? '');
}

/** Each place and every directory above it up to the top of the home, once. A name with a line end in it cannot be asked for. */
function withParents(home: RawPath, places: Iterable<RawPath>): Set<RawPath> {
  const all = new Set<RawPath>();
  for (const place of places) {
    for (let path = place; !all.has(path) && !path.includes('\n'); path = path.slice(0, path.lastIndexOf('/'))) {
      all.add(path);
      if (all.size > MOST_PLACES) return all;
      if (path === home || !path.startsWith(`${home}/`)) break;
    }
  }
  return all;
}

/** Reads what getfacl(1) prints: a block for each file, names with `\` and octal digits for odd octets. */
export function parseAccessLists(text: string): AccessFinding[] {
  return text.split('\n\n').flatMap((block) => {
    const path = /^# file: (.*)$/mu.exec(block)?.[1];
    if (path === undefined) return [];
    const entries = block.matchAll(/^(default:)?(user|group):([^:\n]+):([r-][w-][x-])(?:\s*#effective:([r-][w-][x-]))?$/gmu);
    const granted = [...entries].map(([, isDefault, kind = '', name = '', rights = '', effective]) => ({
      who: `${kind} ${shownPath(unquoted(name))}`,
      rights: effective ?? rights,
      ...(isDefault === undefined ? {} : { isDefault: true }),
    }));
    return granted.length === 0 ? [] : [{ path: shownPath(unquoted(path)), granted }];
  });
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(\\|[0-3][0-7]{2})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
}

/** The survey of a home with the access lists that were found there. */
export function withAccessLists(survey: HomeSurvey, access: readonly AccessFinding[]): HomeSurvey {
  if (access.length === 0) return survey;
  const named = access.slice(0, NAMED).map((finding) => `${bare(finding.path, survey.home)} (${grantedText(finding)})`);
  const more = access.length > NAMED ? ` and ${access.length - NAMED} more` : '';
  const text = `access lists that do not move: ${named.join(', ')}${more}`;
  return { ...survey, access, notes: [...survey.notes, { kind: 'acl', text }] };
}

function bare(path: string, home: string): string {
  if (path === home) return 'the home itself';
  return path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path;
}

/** Who may do what; what only new files would have is said where it is all there is. */
function grantedText({ granted }: AccessFinding): string {
  const now = granted.filter(({ isDefault }) => isDefault !== true);
  const list = now.length > 0 ? now : granted;
  const text = list.map(({ who, rights }) => `${who} ${rights}`).join(', ');
  return now.length > 0 ? text : `for new files: ${text}`;
}
