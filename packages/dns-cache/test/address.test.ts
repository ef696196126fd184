import { describe, expect, it } from 'vitest';
import { addressOctets, addressOfReverse, networkHolds, networkText, octetsText, readNetwork } from '../src/address.ts';

describe('the octets of an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::', '::'],
    ['::1.2.3.4', '::102:304'],
  ])('%s', (text, expected) => {
    expect(octetsText(addressOctets(text) ?? [])).toBe(expected);
  });

  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.01', '1::2::3', 'localhost', '%eth0'])('%j has none', (text) => {
    expect(addressOctets(text)).toBeUndefined();
  });
});

describe('a network', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.255.255.255/9', '10.128.0.0/9'],
    ['1.2.3.4/32', '1.2.3.4/32'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::1/128', '::1/128'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('%s is %s', (text, expected) => {
    const network = readNetwork(text);
    expect(network && networkText(network)).toBe(expected);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '::ffff:1.2.3.4/95', 'fe80::1%eth0/64', '/8'])(
    '%j is none',
    (text) => {
      expect(readNetwork(text)).toBeUndefined();
    },
  );

  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.128.0.0/9', '10.127.255.255', false],
    ['0.0.0.0/0', '255.1.2.3', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '10.0.0.1', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::/31', '2001:db9::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(networkHolds(readNetwork(network) ?? { octets: [], bits: 0 }, addressOctets(address) ?? [])).toBe(expected);
  });
});

describe('the address of a reverse name', () => {
  it.each([
    ['4.3.2.1.in-addr.arpa.', '1.2.3.4'],
    [`1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`, '2001:db8::1'],
  ])('%s is %s', (name, expected) => {
    expect(addressOfReverse(name)).toBe(expected);
  });

  it.each([
    '3.2.1.in-addr.arpa.',
    '5.4.3.2.1.in-addr.arpa.',
    '400.3.2.1.in-addr.arpa.',
    '04.3.2.1.in-addr.arpa.',
    '8.b.d.0.1.0.0.2.ip6.arpa.',
    `g.${'0.'.repeat(31)}ip6.arpa.`,
    `10.${'0.'.repeat(31)}ip6.arpa.`,
    'example.org.',
  ])('%s is none', (name) => {
    expect(addressOfReverse(name)).toBeUndefined();
  });
});
