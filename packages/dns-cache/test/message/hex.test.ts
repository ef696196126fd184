import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/message/octets.ts';

describe('octets as hexadecimal digits', () => {
  it('are what Node.js makes of them, and come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000, size: 'max' }), (octets) => {
        expect(toHex(octets)).toBe(Buffer.from(octets).toString('hex'));
        expect(fromHex(toHex(octets).toUpperCase())).toEqual(octets);
      }),
    );
  });

  it.each(['0', '0g', 'g0', ' 0', '0\u0130', '\uff10\uff10'])('are not: %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});
