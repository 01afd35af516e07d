// The manifest that a survey writes and `batch` reads: a row for each user with mail to move, a comment for each of the others.
import { joinSources } from './source-list.js';
import type { HomeSurvey } from './survey.js';

/** The header line. */
export const MANIFEST_HEADER = 'user;source;target;group;messages;bytes;seconds\n';

/** The row of a user, or a comment that says why there is none. */
export function manifestRow(survey: HomeSurvey, group = ''): string {
  const { user, sources, target, messages, bytes, seconds } = survey;
  const joined = joinSources(sources.map(escapePercent));
  if (sources.length === 0 || joined === undefined) {
    const reason = joined === undefined ? 'a path with a backslash at its end has to be named by hand' : 'nothing to move';
    return `# ${oneLine(user)}: ${reason}\n`;
  }
  const cells = [user, joined, escapePercent(target), group, String(messages), String(bytes)];
  return `${[...cells, seconds === undefined ? '' : seconds.toFixed(1)].map(quoted).join(';')}\n`;
}

/** `%` begins a variable in a manifest. */
function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

function quoted(cell: string): string {
  return /[";,\r\n#]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ');
}
