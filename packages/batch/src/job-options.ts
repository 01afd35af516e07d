// The flags that a job has of its own, as the column `options` and `--option` have them: `layout=fs`, with or without the dashes of a command line.

/** Flags of `convert` or `upload` by their long names without dashes; `true` for one without a value, a list for one that was given more than once. */
export type JobOptions = Readonly<Record<string, string | boolean | readonly string[]>>;

/** The name and the value of `--layout=fs`, `layout=fs` or `lock`; undefined for what is none of these. */
export function readOption(word: string): readonly [name: string, value: string | true] | undefined {
  const [, name, value] = /^(?:--)?([a-z0-9-]+)(?:=(.*))?$/su.exec(word) ?? [];
  return name === undefined ? undefined : [name, value ?? true];
}

/** The options of a job, in order: as on a command line, a flag that is repeatable has all its values. */
export function collectOptions(given: Iterable<readonly [name: string, value: string | true]>): JobOptions {
  const options: Record<string, string | boolean | readonly string[]> = {};
  for (const [name, value] of given) {
    const before = options[name];
    options[name] = value === true || before === undefined || typeof before === 'boolean' ? value : [before, value].flat();
  }
  return options;
}

/** Words between white space; quotes, single or double, hold a value with spaces together: `--folder='Sent Items'`. */
export function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/gu) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/gu, (_, double?: string, single?: string) => double ?? single ?? ''));
}
