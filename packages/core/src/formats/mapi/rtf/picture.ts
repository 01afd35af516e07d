// Pictures in RTF (\pict): a group with words that say what it is and how large, and its octets in hexadecimal or behind \bin. PNG and JPEG are what
// HTML shows; metafiles and bitmaps of Windows stay where they are.

/** A picture that every mail program shows. */
export interface RtfPicture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly octets: Uint8Array;
  /** Pixels as it shall be shown; undefined where the RTF does not say. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const TWIPS_A_PIXEL = 15;
const MAX_PIXELS = 10_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Gathers one \pict group. */
export class PictureReader {
  readonly #hex: string[] = [];
  readonly #binary: string[] = [];
  readonly #numbers = new Map<string, number>();

  control(word: string, param: number | undefined): void {
    this.#numbers.set(word, param ?? 0);
  }

  hex(text: string): void {
    this.#hex.push(text);
  }

  binary(octets: string): void {
    this.#binary.push(octets);
  }

  /** The picture; undefined when it is none that HTML shows. What the words say of its type counts less than how it begins. */
  picture(): RtfPicture | undefined {
    const octets =
      this.#binary.length > 0
        ? Buffer.from(this.#binary.join(''), 'latin1')
        : Buffer.from(this.#hex.join('').replace(/[^0-9a-fA-F]+/g, ''), 'hex');
    const isPng = octets.subarray(0, PNG.length).equals(PNG);
    if (!isPng && !octets.subarray(0, JPEG.length).equals(JPEG)) return undefined;
    return {
      type: isPng ? 'image/png' : 'image/jpeg',
      octets,
      width: this.#pixels('picwgoal', 'picscalex'),
      height: this.#pixels('pichgoal', 'picscaley'),
    };
  }

  #pixels(goal: string, scale: string): number | undefined {
    const percent = this.#numbers.get(scale) ?? 100;
    const pixels = Math.round(((this.#numbers.get(goal) ?? 0) / TWIPS_A_PIXEL) * (percent / 100));
    return pixels > 0 && pixels <= MAX_PIXELS ? pixels : undefined;
  }
}
