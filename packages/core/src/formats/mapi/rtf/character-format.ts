// How characters of an RTF look (RTF 1.9, character formatting properties), and the control words that say so.

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
    ulnone: () => ({ underline: false }),
    strike: (strike) => ({ strike }),
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
