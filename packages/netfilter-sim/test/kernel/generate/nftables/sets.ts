import type { Family } from '../../../../src/packet/address.ts';
import { POOLS } from '../pools.ts';

/** What a generated table has: sets and maps that rules look into, such that rules fill, and what rules share. */

const ADDRESS_TYPE = { ipv4: 'ipv4_addr', ipv6: 'ipv6_addr' } as const;

/** The words for a header's fields, and for a chain's own family. */
export const WORD = { ipv4: 'ip', ipv6: 'ip6' } as const;

/** Chains that any chain of type filter or route may enter; only the first may reject, and not where packets leave. */
export const FILTER_CHAINS = ['F0', 'F1'] as const;

/** By how rules refer to them. */
export const namedObjects = (family: Family): readonly (readonly [reference: string, text: string])[] => {
  const { usual, networks, ranges } = POOLS[family];
  const [first = '', second = '', third = '', fourth = ''] = usual;
  const [network = '', narrow = ''] = networks;
  const type = ADDRESS_TYPE[family];
  return [
    ['@hosts', `set hosts { type ${type}; elements = { ${first}, ${third}, ${usual.at(-1)} }; }`],
    ['@networks', `set networks { type ${type}; flags interval; elements = { ${narrow}, ${ranges[1]} }; }`],
    ['@ends', `set ends { type ${type} . inet_service; elements = { ${first} . 53, ${second} . 80, ${third} . 53 }; }`],
    ['@areas', `set areas { type ${type} . inet_service; flags interval; elements = { ${network} . 53, ${fourth} . 80-8080 }; }`],
    ['@ports', 'set ports { type inet_service; flags interval; elements = { 53, 80-100, 5353-8079 }; }'],
    ['@targets', `map targets { type inet_service : ${type}; elements = { 53 : ${second}, 80 : ${third}, 443 : ${POOLS[family].destinations[3]} }; }`],
    ['@marks', `map marks { type ${type} : mark; elements = { ${first} : 0x1, ${second} : 0x4000, ${third} : 0x10 }; }`],
    ['@verdicts', `map verdicts { type inet_service : verdict; elements = { 53 : jump F1, 80 : accept, 99 : goto F1, 443 : return }; }`],
    ['@seen', `set seen { type ${type}; flags dynamic,timeout; timeout 1m; }`],
    ['@few', `set few { type ${type} . inet_service; size 2; flags dynamic; }`],
    ['@brief', `set brief { type ${type}; flags dynamic,timeout; timeout 1s; }`],
    ['name "slow"', 'limit slow { rate 1/hour burst 2 packets; }'],
    ['name "much"', 'quota much { over 200 bytes; }'],
    ['name "total"', 'counter total { packets 0 bytes 0; }'],
  ];
};
