// Damages a PST: the same seed gives the same damage. Kinds in turn: cut off, some octets flipped, many flipped, 4 KiB zeroed,
// a page copied over another (circles, wrong keys), a pointer of an index page replaced by another pointer of the file.

/** A generator of numbers below a bound (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

function flip(octets, next, count) {
  for (let i = 0; i < count; i += 1) {
    octets[next(octets.length)] ^= 1 + next(255);
  }
}

/** Offsets of pages that look like those of an index: their type stands twice in the trailer. */
function indexPages(octets, pageSize, trailer) {
  const pages = [];
  for (let at = 0; at + pageSize <= octets.length; at += pageSize) {
    const type = octets[at + trailer];
    if ((type === 0x80 || type === 0x81) && octets[at + trailer + 1] === type) {
      pages.push(at);
    }
  }
  return pages;
}

/** An own copy of the octets, damaged. */
export function mutate(octets, seed) {
  const next = random(seed);
  const kind = MUTATION_KINDS[seed % MUTATION_KINDS.length];
  if (kind === 'truncated') {
    return new Uint8Array(octets.subarray(0, 600 + next(octets.length - 600)));
  }
  const copy = new Uint8Array(octets);
  const version = octets[10];
  const [pageSize, trailer] = version >= 36 ? [4096, 4072] : [512, version < 20 ? 500 : 496];
  const pages = indexPages(octets, pageSize, trailer);
  if (kind === 'flipped30' || kind === 'flipped300' || pages.length < 2) {
    flip(copy, next, kind === 'flipped30' ? 30 : 300);
  } else if (kind === 'zeroed') {
    const at = next(copy.length);
    copy.fill(0, at, Math.min(copy.length, at + 4096));
  } else if (kind === 'copied') {
    const from = pages[next(pages.length)];
    copy.copyWithin(pages[next(pages.length)], from, from + pageSize);
  } else {
    const word = version < 20 ? 4 : 8;
    const at = pages[next(pages.length)] + word * next(Math.floor(trailer / word));
    const from = pages[next(pages.length)] + word * next(Math.floor(trailer / word));
    copy.copyWithin(at, from, from + word);
  }
  return copy;
}

/** What the remainder of a seed stands for. */
export const MUTATION_KINDS = ['truncated', 'flipped30', 'flipped300', 'zeroed', 'copied', 'pointed'];
