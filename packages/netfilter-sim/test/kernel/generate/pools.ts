import type * as fc from 'fast-check';
import { oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';

/** Few addresses and ports, so that packets meet rules, routes and each other. */

interface Pool {
  readonly usual: readonly string[];
  /** Addresses of special meaning, and those that only some nodes have or route oddly. */
  readonly odd: readonly string[];
  /**
   * To none, or on the link, for what comes in only: to the host itself the unspecified address is itself; to a neighbour's
   * link-local one it answers by the device that the question came in by. The model has none of these.
   */
  readonly strange: readonly string[];
  /** To all of a network, and to groups: some that the node has joined (helper/groups.py), some that it has not. */
  readonly toMany: readonly string[];
  /** Networks of these. */
  readonly groups: readonly string[];
  readonly networks: readonly string[];
  readonly ranges: readonly string[];
  /** Where destinations are translated to; and sources. */
  readonly destinations: readonly string[];
  readonly sources: readonly string[];
}

export const POOLS: Readonly<Record<Family, Pool>> = {
  ipv4: {
    usual: [
      '10.244.1.5', '10.244.1.6', '10.244.2.7', '10.244.2.8', '172.18.0.2', '172.18.0.3', '10.96.0.10', '10.96.0.1',
      '169.254.20.10', '203.0.113.9',
    ],
    odd: [
      '127.0.0.1', '240.0.0.1', '198.51.100.9', '192.0.2.1',
      '10.244.1.1', '172.18.0.9', '10.244.2.1',
    ],
    strange: ['0.0.0.0'],
    toMany: ['224.0.0.1', '255.255.255.255', '172.18.0.255', '224.0.0.251', '224.0.0.5', '239.1.2.3', '239.9.9.9'],
    groups: ['224.0.0.0/4', '224.0.0.0/24', '239.0.0.0/8', '255.255.255.255'],
    networks: ['10.244.0.0/16', '10.244.1.0/24', '10.96.0.0/12', '172.16.0.0/12', '203.0.113.0/24', '169.254.0.0/16'],
    ranges: ['10.244.1.5-10.244.1.6', '10.96.0.1-10.96.0.254', '172.18.0.0-172.18.255.255'],
    destinations: ['10.244.1.6', '10.244.2.7', '10.244.2.8', '169.254.20.10', '172.18.0.2', '127.0.0.1', '10.244.2.7-10.244.2.8'],
    sources: ['172.18.0.2', '10.96.0.1', '169.254.20.10', '203.0.113.9', '172.18.0.100-172.18.0.103'],
  },
  ipv6: {
    usual: [
      'fd00:10:244:1::5', 'fd00:10:244:1::6', 'fd00:10:244:2::7', 'fd00:10:244:2::8', 'fd00:172:18::2', 'fd00:172:18::3',
      'fd00:10:96::a', 'fd00:10:96::1', 'fd00:169:254:20::a', '2001:db8:203::9',
    ],
    strange: ['::', 'fe80::2'],
    toMany: ['ff02::1', 'ff02::fb', 'ff02::5', 'ff05::101', 'ff0e::9', 'ff01::1'],
    groups: ['ff00::/8', 'ff02::/16', 'ff05::101'],
    odd: ['fd00:172:18::', '2001:db8:198::9', 'fd00:10:244:1::1', 'fd00:172:18::9', '2002::1'],
    networks: ['fd00:10:244::/48', 'fd00:10:244:1::/64', 'fd00:10:96::/64', 'fd00:172:18::/64', '2001:db8::/32', 'fd00::/8'],
    ranges: ['fd00:10:244:1::5-fd00:10:244:1::6', 'fd00:10:96::-fd00:10:96::ff'],
    destinations: [
      'fd00:10:244:1::6', 'fd00:10:244:2::7', 'fd00:10:244:2::8', 'fd00:169:254:20::a', 'fd00:172:18::2', '::1',
      'fd00:10:244:2::7-fd00:10:244:2::8',
    ],
    sources: ['fd00:172:18::2', 'fd00:10:96::1', 'fd00:169:254:20::a', '2001:db8:203::9', 'fd00:172:18::100-fd00:172:18::103'],
  },
};

/** 53, 80, 5353, 8080, 40000, 40001 and 40005 have an open UDP socket on the node; 99 and 443 have none. */
export const PORTS = [53, 80, 99, 443, 5353, 8080] as const;
export const CLIENT_PORTS = [53, 700, 40000, 40001, 40005] as const;

export const MARKS = ['0x1', '0x2', '0x4000', '0x10'] as const;

export type Choice = readonly [weight: number, arbitrary: fc.Arbitrary<string>];

export const anyAddress = (family: Family): fc.Arbitrary<string> =>
  weighted([12, oneOf(...POOLS[family].usual)], [1, oneOf(...POOLS[family].odd)]);
