import { describe, expect, it } from 'vitest';
import { aloneOctets, copyOctets, newOctets } from '../../src/message/octets.ts';

/** On both sides of what V8 keeps in its heap, of what shares memory, and of the memory that is shared. */
const LENGTHS = [0, 1, 64, 65, 100, 1023, 1024, 1025, 20_000];

describe('octets', () => {
  it('that are new are zero and nobody else’s, whatever was done with others', () => {
    const all = Array.from({ length: 2000 }, (_, index) => {
      const octets = newOctets(LENGTHS[index % LENGTHS.length] ?? 0);
      expect(octets.every((octet) => octet === 0)).toBe(true);
      return octets.fill(index & 0xff);
    });
    for (const [index, octets] of all.entries()) {
      expect(octets).toHaveLength(LENGTHS[index % LENGTHS.length] ?? 0);
      expect(octets.every((octet) => octet === (index & 0xff))).toBe(true);
    }
  });

  it('that go to another thread take nothing else along', () => {
    for (const length of LENGTHS) {
      const octets = newOctets(length).fill(7);
      expect(aloneOctets(octets)).toEqual(octets);
      expect(aloneOctets(octets).buffer.byteLength).toBe(length);
      expect(structuredClone(aloneOctets(octets)).buffer.byteLength).toBe(length);
    }
  });

  it('that are alone already are not copied', () => {
    const octets = new Uint8Array(100);
    expect(aloneOctets(octets)).toBe(octets);
  });

  it('are copied into an array of their own kind, from a Buffer too', () => {
    const copy = copyOctets(Buffer.from('0123456789'.repeat(20)), 10, 150);
    expect(copy.constructor).toBe(Uint8Array);
    expect(Buffer.from(copy).toString()).toBe('0123456789'.repeat(14));
  });
});
