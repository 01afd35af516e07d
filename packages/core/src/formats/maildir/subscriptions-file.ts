// subscriptions: version 2 begins with `V<TAB>2` and an empty line, then a line a folder, its names joined by TAB, each
// with Dovecot's escapes (0x01 `1` for 0x01, `t` TAB, `n` LF, `r` CR, `0` NUL). Version 1 has one storage name a line.

const HEAD = 'V\t2\n\n';
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x01', '1'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\0', '0'],
]);
const UNESCAPES: ReadonlyMap<string, string> = new Map([...ESCAPES].map(([char, code]) => [code, char]));

/** Storage names, in their parts; `separator` splits those of a file of version 1. */
export function parseSubscriptionsFile(text: string, separator: string): string[][] {
  const isSecond = text.startsWith('V\t2\n');
  const lines = (isSecond ? text.slice(4) : text).split('\n').filter((line) => line !== '');
  return lines.map((line) => (isSecond ? line.split('\t').map(unescapePart) : line.split(separator)));
}

/** The file in version 2. */
export function formatSubscriptionsFile(names: readonly (readonly string[])[]): string {
  return HEAD + names.map((parts) => `${parts.map(escapePart).join('\t')}\n`).join('');
}

function escapePart(part: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that the format escapes
  return part.replaceAll(/[\x00\x01\t\n\r]/g, (char) => `\x01${ESCAPES.get(char) ?? ''}`);
}

function unescapePart(part: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character of the format
  return part.replaceAll(/\x01([1tnr0])/g, (_, code: string) => UNESCAPES.get(code) ?? '');
}
