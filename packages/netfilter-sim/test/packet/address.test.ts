import { isIP } from 'node:net';
import { addressBits, addressFromBits, prefixContains, prefixOf, readAddress, readPrefix } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

const ipv4Bits = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
const ipv6Bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

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

it('has each number once', () => {
  fc.assert(fc.property(ipv4Bits, (bits) => addressBits(addressFromBits('ipv4', bits)) === bits));
  fc.assert(fc.property(ipv6Bits, (bits) => addressBits(addressFromBits('ipv6', bits)) === bits));
});

it('lies in every prefix that was cut from it', () => {
  fc.assert(
    fc.property(ipv6Bits, fc.integer({ min: 0, max: 128 }), (bits, length) => {
      const address = addressFromBits('ipv6', bits);
      return prefixContains(prefixOf(address, length), address);
    }),
  );
});

it.each(['10.0.0.0/33', '10.0.0.0/', 'x/8', '::/129'])('"%s" is no prefix', (text) => {
  expect(readPrefix(text)).toBeUndefined();
});
