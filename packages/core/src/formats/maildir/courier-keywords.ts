// Courier's keywords of a folder, in its directory `courierimapkeywords` (maildirkw(1), courier-libs maildir/maildirkeywords2.c): the file `:list` names all
// keywords, a line each, then behind an empty line the messages with numbers into these. What changed since is a file of its own, called as the message, or
// `.TIME.` and the message; it has the names of its keywords, a line each, and holds instead of the list.

/** Keywords by the names of messages without their flags. */
export interface CourierKeywords {
  /** All names, in Courier's order. */
  readonly names: readonly string[];
  readonly of: ReadonlyMap<string, readonly string[]>;
}

/** Reads `:list`; lines that make no sense are passed over, as Courier passes over them. */
export function parseCourierKeywords(text: string): CourierKeywords {
  const lines = text.split('\n');
  const end = lines.indexOf('');
  const names = end < 0 ? lines : lines.slice(0, end);
  const of = new Map<string, readonly string[]>();
  for (const line of end < 0 ? [] : lines.slice(end + 1)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const numbers = line
      .slice(colon + 1)
      .split(' ')
      .filter((number) => /^\d{1,9}$/.test(number));
    of.set(
      line.slice(0, colon),
      numbers.flatMap((number) => names[Number(number)] ?? []),
    );
  }
  return { names, of };
}

/** The message that a file of changes is of, and when it was made; undefined for a file of another kind. */
export function courierChange(name: string): { readonly base: string; readonly time: number } | undefined {
  if (name.startsWith(':') || name === '') return undefined;
  if (!name.startsWith('.')) return { base: name, time: Number.POSITIVE_INFINITY };
  const [, time, base] = /^\.(\d{1,15})\.(.+)$/.exec(name) ?? [];
  return time === undefined || base === undefined ? undefined : { base, time: Number(time) };
}

/** The keywords that such a file names. */
export function parseCourierChange(text: string): readonly string[] {
  const lines = text.split('\n');
  const end = lines.indexOf('');
  return end < 0 ? lines : lines.slice(0, end);
}
