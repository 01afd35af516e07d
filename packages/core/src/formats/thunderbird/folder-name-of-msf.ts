// A Thunderbird folder whose name the file system cannot bear lies under a hash; its .msf index has the real name.
// An .msf is a Mork file: dictionaries "<(B1=folderName)>" give numbers to columns and values, rows "[1(^B1^80)(^B2=x)]" use them.
// Only that much is read; what does not match leaves the file's own name in place.

const MORK = '// <!-- <mdb:mork:z';
/** `(B1=text)` with `\)` and `$C3` escapes and line continuations. */
const DICTIONARY_ENTRY = /\(([0-9A-F]{1,8})\s{0,9}=((?:\\[\s\S]|[^\\)]){0,1000})\)/g;

/** Undoes the escapes of a Mork value: `$XX` is an octet of UTF-8, `\` quotes the next character, `\` at the end of a line joins it. */
function unescapeMork(text: string): string {
  const joined = text.replace(/\\\r?\n/g, '').replace(/\\([\s\S])/g, '$1');
  const octets = joined.replace(/\$([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}

/** The name that the user gave to the folder, from its .msf file; undefined when the file does not say. */
export function folderNameOfMsf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.startsWith(MORK)) return undefined;
  const column = /\(([0-9A-F]{1,8})=folderName\)/.exec(text)?.[1];
  if (column === undefined) return undefined;
  let name: string | undefined;
  for (const cell of text.matchAll(new RegExp(`\\(\\^${column}(?:\\^([0-9A-F]{1,8})|=((?:\\\\[\\s\\S]|[^\\\\)]){0,1000}))\\)`, 'g'))) {
    name = cell[2] ?? atomOf(text, cell[1] ?? '') ?? name;
  }
  const unescaped = name === undefined ? undefined : unescapeMork(name).normalize('NFC');
  return unescaped === undefined || unescaped === '' ? undefined : unescaped;
}

/** The last value with this number; columns have numbers of their own in the first dictionary, which says `(a=c)`. */
function atomOf(text: string, number: string): string | undefined {
  const columns = /<\s*<\(a=c\)>[\s\S]*?>/.exec(text)?.[0].length ?? 0;
  let value: string | undefined;
  for (const entry of text.slice(columns).matchAll(DICTIONARY_ENTRY)) {
    if (entry[1] === number) value = entry[2];
  }
  return value;
}
