import { isIP } from 'node:net';
import { addressBits, addressFromBits, prefixContains, prefixOf, printPrefix, readAddress, readPrefix } from '@nodelocal/netfilter-sim';
import { addresses, prefixes } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

const FAMILIES = ['ipv4', 'ipv6'] as const;

it.each([
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['fd00::0:1', 'fd00::1'],
  ['2001:0db8::', '2001:db8::'],
])('%s is written %s', (text, canonical) => {
  expect(readAddress(text)).toBe(canonical);
});

it.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '1.2.3.4.5', ':::', '1::2::3', 'g::', '12345::', '1:2:3:4:5:6:7', '::1%eth0'])(
  '"%s" is no address',
  (text) => {
    expect(readAddress(text)).toBeUndefined();
  },
);

it('agrees with Node on what an address is, and reads back what it writes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      const found = readAddress(text);
      expect(found !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
      if (found !== undefined) expect(readAddress(found)).toBe(found);
    }),
  );
});

it.each(FAMILIES)('%s has each number once', (family) => {
  fc.assert(fc.property(addresses(family), (one) => readAddress(one) === one && addressFromBits(family, addressBits(one)) === one));
});

it.each(FAMILIES)('an address lies in every prefix that was cut from it (%s)', (family) => {
  fc.assert(
    fc.property(addresses(family), prefixes(family), (one, { length }) => prefixContains(prefixOf(one, length), one)),
  );
});

it.each(FAMILIES)('a prefix is read as it is written (%s)', (family) => {
  fc.assert(fc.property(prefixes(family), (prefix) => {
    expect(readPrefix(printPrefix(prefix))).toEqual(prefix);
  }));
});

it.each(['10.0.0.0/33', '10.0.0.0/', 'x/8', '::/129'])('"%s" is no prefix', (text) => {
  expect(readPrefix(text)).toBeUndefined();
});
