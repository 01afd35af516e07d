/** Markup that is safe to put on a page: only {@link html} makes it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in an {@link html} template; a list is its members one after another. */
export type HtmlPart = Html | string | number | undefined | readonly (Html | string | number)[];

/** A tagged template: whatever is put in is escaped, unless it is {@link Html} already. */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(texts.reduce((markup, text, index) => markup + escapePart(parts[index - 1]) + text));
}

function escapePart(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'object') return part.map(escapePart).join('');
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
