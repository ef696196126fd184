import * as fc from 'fast-check';
import { line, oneOf } from '../../../../src/arbitraries/words.ts';
import type { Family } from '../../../../src/packet/address.ts';
import { POOLS } from '../pools.ts';
import type { Choice } from '../pools.ts';
import type { NftPlace, NftProtocol } from './place.ts';
import { WORD } from './sets.ts';

const withPort = (family: Family, address: string, port: string): string => (family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`);

/** Of a range of addresses nft takes the brackets around both. */
const single = (addresses: readonly string[]): readonly string[] => addresses.filter((one) => !one.includes('-'));

const destination = ({ family, table }: NftPlace, protocol: NftProtocol): readonly Choice[] => {
  const word = WORD[family];
  const to = POOLS[family].destinations;
  const [first = '', second = '', third = '', fourth = ''] = POOLS[family].usual;
  return [
    [6, line('dnat ', word, ' to ', oneOf(...to), oneOf('', '', ' persistent'))],
    [2, fc.constant('redirect')],
    [1, line('dnat ', word, ' to ', word, ` saddr map { ${first} : ${second}, ${second} : ${third} }`)],
    [1, line('dnat ', word, ` to numgen inc mod 2 map { 0 : ${second}, 1 : ${third} }`)],
    [1, line('dnat ', word, ` to jhash ${word} saddr mod 2 seed `, oneOf('0x1', '0x2'), ` map { 0 : ${second}, 1 : ${third} }`)],
    [1, line('dnat ', word, ' prefix to ', family === 'ipv4' ? '10.244.2.0/24' : 'fd00:10:244:2::/64')],
    ...(protocol === 'udp' || protocol === 'tcp'
      ? ([
          [5, fc.tuple(oneOf(...single(to)), oneOf('53', '5353', '8080', '53-80')).map(([address, port]) => `dnat ${word} to ${withPort(family, address, port)}`)],
          [2, line('redirect to :', oneOf('5353', '8080', '99', '8080-8090'))],
          [1, line('dnat ', word, ` to ${protocol} dport map @targets`)],
          [1, line('dnat ', word, ` to ${word} daddr . ${protocol} dport map { ${fourth} . 53 : ${second} . 5353, ${third} . 80 : ${second} . 8080 }`)],
          ...(table === 'own' ? ([[1, line('dnat to :', oneOf('5353', '99'))]] as const) : []),
        ] as const)
      : []),
  ];
};

/** Port ranges are wide: which of a few ports chance picks would decide what later packets meet. */
const source = ({ family, hook }: NftPlace, protocol: NftProtocol): readonly Choice[] => {
  const word = WORD[family];
  const { sources } = POOLS[family];
  const [first = '', second = ''] = POOLS[family].usual;
  const masquerades = hook !== 'input';
  return [
    [4, line('snat ', word, ' to ', oneOf(...sources), oneOf('', '', ' persistent'))],
    ...(masquerades ? ([[5, oneOf('masquerade', 'masquerade', 'masquerade random', 'masquerade fully-random')]] as const) : []),
    [1, line('snat ', word, ' to ', word, ` saddr map { ${first} : ${sources[0]}, ${second} : ${sources[1]} }`)],
    [1, line('snat ', word, ' prefix to ', family === 'ipv4' ? '172.18.0.0/24' : 'fd00:172:18::/64')],
    ...(protocol === 'udp' || protocol === 'tcp'
      ? ([
          [3, fc.tuple(oneOf(...single(sources)), oneOf('61234', '20000-60000')).map(([address, port]) => `snat ${word} to ${withPort(family, address, port)}`)],
          ...(masquerades ? ([[2, line('masquerade to :', oneOf('61234', '20000-60000'))]] as const) : []),
        ] as const)
      : []),
  ];
};

export const translations = (place: NftPlace, protocol: NftProtocol): readonly Choice[] =>
  place.manip === 'destination' ? destination(place, protocol) : source(place, protocol);
