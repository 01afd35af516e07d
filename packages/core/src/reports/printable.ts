/**
 * Text of a source as it may be shown on a terminal or a page: control characters (C0, C1, DEL) and the marks that reorder or hide text become
 * their code point in brackets, so that a name in a mailbox can neither move the cursor nor pass for another one.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `<${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}>`);
}

/** Controls, format characters but for the two joiners that scripts need, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A folder path for people: names with a slash between them; a slash within a name is doubled. */
export function printablePath(path: readonly string[]): string {
  return path.map((name) => printable(name).replaceAll('/', '//')).join('/');
}
