import { describe, expect, it } from 'vitest';
import { openSigned, sign } from '../src/signed.js';

const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('what is signed', () => {
  it('opens with its key and for its purpose alone', () => {
    const signed = sign(key, 'order q', { job: 'ann' });
    expect(openSigned(key, 'order q', JSON.parse(JSON.stringify(signed)))).toEqual({ job: 'ann' });
    expect(openSigned(other, 'order q', signed)).toBeUndefined();
    expect(openSigned(key, 'result q', signed)).toBeUndefined();
    expect(openSigned(key, 'order q', { ...signed, payload: signed.payload.replace('ann', 'bob') })).toBeUndefined();
    // A border moved between purpose and payload is another text.
    expect(openSigned(key, 'order ', { ...signed, payload: `q\n${signed.payload}` })).toBeUndefined();
  });

  it('is nothing else', () => {
    for (const raw of [
      null,
      undefined,
      7,
      'x',
      {},
      { payload: 1, mac: 'x' },
      { payload: '{}', mac: '' },
      { payload: '{}', mac: 'é'.repeat(64) },
    ])
      expect(openSigned(key, 'order q', raw)).toBeUndefined();
  });
});
