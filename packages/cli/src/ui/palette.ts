/** Colours for text, or none. */
export interface Palette {
  bad(text: string): string;
  warn(text: string): string;
  good(text: string): string;
  strong(text: string): string;
  soft(text: string): string;
}

const plain = (text: string): string => text;

/** Text as it is. */
export const NO_COLORS: Palette = { bad: plain, warn: plain, good: plain, strong: plain, soft: plain };

const paint =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

/** The colours that every terminal has; they follow its theme. */
const COLORS: Palette = { bad: paint(31, 39), warn: paint(33, 39), good: paint(32, 39), strong: paint(1, 22), soft: paint(2, 22) };

/** Which palette a stream takes. See https://no-color.org: any value that is not empty switches colours off. */
export function paletteFor(
  mode: string | undefined,
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Palette {
  if (mode === 'always') return COLORS;
  if (mode === 'never') return NO_COLORS;
  const forbidden = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return isTerminal && !forbidden ? COLORS : NO_COLORS;
}
