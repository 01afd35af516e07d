/** A map that is filled when it is first asked. */
export class LearnedDirectory extends Map<string, string> {
  #fill: ((directory: Map<string, string>) => void) | undefined;

  /** True once it was asked. */
  get isFilled(): boolean {
    return this.#fill === undefined;
  }

  constructor(fill: (directory: Map<string, string>) => void) {
    super();
    this.#fill = fill;
  }

  override get(address: string): string | undefined {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
    return super.get(address);
  }
}
