import { assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { u32 } from '../../src/message/octets.ts';
import { readSignatureTime, signatureTimeText } from '../../src/message/presentation/signature-time.ts';

const dateText = (seconds: number): string => new Date(seconds * 1000).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '');
const seconds = (text: string): number | undefined => {
  const octets = readSignatureTime(text);
  return octets && u32(octets, 0);
};

it('a time of a signature is that of the calendar, both ways', () => {
  assert(
    property(integer({ min: 0, max: 2 ** 32 - 1 }), (at) => {
      expect([signatureTimeText(at), seconds(dateText(at)), seconds(String(at))]).toEqual([dateText(at), at, at]);
    }),
  );
});

it.each(['', '2026', '4294967296', '20261330000000', '20260100000000', '20260101240000', '20260101006000', '2026010100000x'])('%j is none', (text) => {
  expect(seconds(text)).toBe(text === '2026' ? 2026 : undefined);
});
