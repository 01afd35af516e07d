// The table of colours of an RTF (RTF 1.9, colour table).

/** `\red0\green0\blue255;` entries as `#0000ff`. */
export class ColorTable {
  readonly #colors: string[] = [];
  #rgb = [0, 0, 0];
  #isSet = false;

  /** `\red`, `\green` or `\blue`. */
  component(word: string, value: number): void {
    this.#rgb[word === 'red' ? 0 : word === 'green' ? 1 : 2] = value & 0xff;
    this.#isSet = true;
  }

  /** A semicolon ends an entry; one without components is the automatic colour. */
  end(): void {
    this.#colors.push(this.#isSet ? `#${this.#rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}` : '');
    this.#rgb = [0, 0, 0];
    this.#isSet = false;
  }

  /** A colour by its number; empty for the automatic one and for those that are not there. */
  color(index: number): string {
    return this.#colors[index] ?? '';
  }
}
