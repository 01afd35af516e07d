// How characters of an RTF look (RTF 1.9, character formatting properties), and the control words that say so; the same in CSS.
import type { ColorTable } from './color-table.js';
import type { FontTable } from './font-table.js';

/** Formatting of characters. */
export interface CharacterFormat {
  /** Number in the table of fonts; -1 for that of the document. */
  font: number;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  hidden: boolean;
  /** Half points. */
  size: number;
  /** Numbers in the table of colours. */
  color: number;
  background: number;
  /** `sup`, `sub` or none. */
  script: string;
  /** `caps`, `scaps` or none. */
  capitals: string;
}

/** Characters as \\plain sets them. */
export const PLAIN: Readonly<CharacterFormat> = {
  font: -1,
  bold: false,
  italic: false,
  underline: false,
  strike: false,
  hidden: false,
  size: 24,
  color: 0,
  background: 0,
  script: '',
  capitals: '',
};

/** Control words and what they set; a word with the parameter 0 switches off. */
export const FORMATS: ReadonlyMap<string, (isOn: boolean, param: number) => Partial<CharacterFormat>> = new Map(
  Object.entries<(isOn: boolean, param: number) => Partial<CharacterFormat>>({
    b: (bold) => ({ bold }),
    i: (italic) => ({ italic }),
    ul: (underline) => ({ underline }),
    ulw: (underline) => ({ underline }),
    uld: (underline) => ({ underline }),
    uldb: (underline) => ({ underline }),
    ulwave: (underline) => ({ underline }),
    ulnone: () => ({ underline: false }),
    strike: (strike) => ({ strike }),
    striked: (strike) => ({ strike }),
    deleted: (strike) => ({ strike }),
    v: (hidden) => ({ hidden }),
    fs: (_, size) => ({ size }),
    cf: (_, color) => ({ color }),
    highlight: (_, background) => ({ background }),
    cb: (_, background) => ({ background }),
    chcbpat: (_, background) => ({ background }),
    super: (isOn) => ({ script: isOn ? 'sup' : '' }),
    sub: (isOn) => ({ script: isOn ? 'sub' : '' }),
    nosupersub: () => ({ script: '' }),
    caps: (isOn) => ({ capitals: isOn ? 'caps' : '' }),
    scaps: (isOn) => ({ capitals: isOn ? 'scaps' : '' }),
  }),
);

/** Half points of text that says no size, which is what HTML shows without one. */
const BODY_SIZE = 24;
const MAX_SIZE = 2000;
const BLACK = '#000000';

function sizeStyle({ size, script }: CharacterFormat): string {
  if (size <= 0 || size > MAX_SIZE) return '';
  // Raised and lowered letters are two thirds as large.
  const shown = script === '' ? size / 2 : Math.round(size / 3);
  return shown === BODY_SIZE / 2 ? '' : `font-size:${shown}pt`;
}

function lineStyle({ underline, strike }: CharacterFormat): string {
  const lines = [underline ? 'underline' : '', strike ? 'line-through' : ''].filter((line) => line !== '').join(' ');
  return lines === '' ? '' : `text-decoration:${lines}`;
}

/** The format as CSS, without what is so anyway: the font of the document, its size, black. */
export function characterStyle(format: CharacterFormat, colors: ColorTable, fonts: FontTable): string {
  const color = colors.color(format.color);
  const background = colors.color(format.background);
  const family = fonts.family(format.font);
  return [
    family === '' || family === fonts.family(-1) ? '' : `font-family:${family}`,
    format.bold ? 'font-weight:bold' : '',
    format.italic ? 'font-style:italic' : '',
    lineStyle(format),
    color === '' || color === BLACK ? '' : `color:${color}`,
    background === '' ? '' : `background-color:${background}`,
    sizeStyle(format),
    format.script === '' ? '' : `vertical-align:${format.script === 'sup' ? 'super' : 'sub'}`,
    format.capitals === '' ? '' : format.capitals === 'caps' ? 'text-transform:uppercase' : 'font-variant:small-caps',
  ]
    .filter((part) => part !== '')
    .join(';');
}
