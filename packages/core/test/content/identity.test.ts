import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IdentityCounter } from '../../src/formats/content/identity.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('IdentityCounter', () => {
  it('numbers equal messages of one folder', () => {
    const counter = new IdentityCounter();
    expect(counter.identity(['INBOX'], sha256('a'))).toBe(`${sha256('a')}-0`);
    expect(counter.identity(['INBOX'], sha256('b'))).toBe(`${sha256('b')}-0`);
    expect(counter.identity(['INBOX'], sha256('a'))).toBe(`${sha256('a')}-1`);
    expect(counter.identity(['Sent'], sha256('a'))).toBe(`${sha256('a')}-0`);
    expect(counter.identity(['INBOX'], sha256('a'))).toBe(`${sha256('a')}-2`);
  });

  it('keeps its counts while it grows', () => {
    const counter = new IdentityCounter();
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 5000; i += 1) expect(counter.identity(['INBOX'], sha256(String(i)))).toBe(`${sha256(String(i))}-${round}`);
    }
  });
});
