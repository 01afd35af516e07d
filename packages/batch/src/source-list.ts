// Several sources of a user stand in one cell, with `|` between them; one that is a part of a name is written as `\\|`.

/** The sources in a cell of a manifest. */
export function splitSources(text: string): string[] {
  return text.split(/(?<!\\)\|/u).map((one) => one.trim().replaceAll('\\|', '|'));
}

/** The cell for some sources; undefined where one ends in a backslash, which would belong to what stands behind it. */
export function joinSources(sources: readonly string[]): string | undefined {
  if (sources.some((source) => source.endsWith('\\') || source.includes('\\|'))) return undefined;
  return sources.map((source) => source.replaceAll('|', '\\|')).join('|');
}
