import { atMs, InputError, parseIpSets, printIpSets } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';

const file = `${sharedFolder}field-cases/netfilter/ipset.txt`;

const elements = (lines: readonly string[], seconds = 0): readonly string[] =>
  printIpSets(parseIpSets(lines.join('\n'), { file: 'sets' }), atMs(seconds * 1000))
    .split('\n')
    .filter((line) => line.startsWith('add '))
    .map((line) => line.replace('add s ', ''));

/** Lines by what the file calls them, and what is listed after so many seconds; undefined: refused. */
const CASES: Readonly<
  Record<string, { readonly lines: readonly string[]; readonly seconds?: number; readonly listed: readonly string[] | undefined }>
> = {
  'MAC without leading zeros, hash:mac': {
    lines: ['create s hash:mac', 'add s 2:a:0:b:0:c'],
    listed: ['02:0A:00:0B:00:0C'],
  },
  'MAC without leading zeros, bitmap:ip,mac': {
    lines: ['create s bitmap:ip,mac range 192.0.2.0/24', 'add s 192.0.2.7,2:a:0:b:0:c'],
    listed: ['192.0.2.7,02:0A:00:0B:00:0C'],
  },
  'a MAC for an address that has none yet': {
    lines: ['create s bitmap:ip,mac range 192.0.2.0/24', 'add s 192.0.2.7', 'add s 192.0.2.7,02:00:00:00:00:07'],
    listed: ['192.0.2.7,02:00:00:00:00:07'],
  },
  'time does not run for an element without MAC (read at 9 s)': {
    lines: [
      'create s bitmap:ip,mac range 192.0.2.0/24 timeout 5',
      'add s 192.0.2.7',
      'add s 192.0.2.8,02:00:00:00:00:08',
    ],
    seconds: 9,
    listed: ['192.0.2.7 timeout 5'],
  },
  'networks of length 0 in hash:net,net': { lines: ['create s hash:net,net', 'add s 0.0.0.0/0,0.0.0.0/0'], listed: undefined },
  // hash_netnet4_uadt (ip_set_hash_netnet.c, 6.18) refuses either.
  'networks of length 0 in hash:net,net, one': { lines: ['create s hash:net,net', 'add s 0.0.0.0/0,192.0.2.0/24'], listed: undefined },
  'short form of an address': { lines: ['create s hash:net,iface', 'add s 0/0,eth0'], listed: ['0.0.0.0/0,eth0'] },
};

const titles = existsSync(file)
  ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith(' '))
  : [];

describe('sets that users met', () => {
  it.each(Object.entries(CASES))('%s', (_title, { lines, seconds, listed }) => {
    if (listed === undefined) expect(() => elements(lines)).toThrow(InputError);
    else expect(elements(lines, seconds)).toEqual(listed);
  });

  it.skipIf(titles.length === 0)('are all here (skipped without ../shared)', () => {
    expect(titles.filter((title) => !Object.hasOwn(CASES, title))).toEqual([]);
  });
});

describe('what stands in a bitmap:ip,mac', () => {
  const create = 'create s bitmap:ip,mac range 192.0.2.0/24 timeout 50 counters';
  it.each([
    ['its own lifetime, as the owner brings none', ['add s 192.0.2.7 timeout 9 packets 3 bytes 4', 'add s 192.0.2.7,2:0:0:0:0:7'], ['192.0.2.7,02:00:00:00:00:07 timeout 9 packets 3 bytes 4']],
    ['its own, as the owner names that of the set', ['add s 192.0.2.7 timeout 9', 'add s 192.0.2.7,2:0:0:0:0:7 timeout 50'], ['192.0.2.7,02:00:00:00:00:07 timeout 9 packets 0 bytes 0']],
    ["the owner's", ['add s 192.0.2.7 timeout 9', 'add s 192.0.2.7,2:0:0:0:0:7 timeout 8 packets 1'], ['192.0.2.7,02:00:00:00:00:07 timeout 8 packets 1 bytes 0']],
  ])('lives %s', (_what, lines, listed) => {
    expect(elements([create, ...lines])).toEqual(listed);
  });

  it('has one owner', () => {
    expect(() => elements([create, 'add s 192.0.2.7,2:0:0:0:0:7', 'add s 192.0.2.7,2:0:0:0:0:8'])).toThrow(InputError);
  });
});
