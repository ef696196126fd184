import { PROTOCOL } from '../../../packet/protocol.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';

type Named = readonly [type: number, code: number, name: string];

/** Names that `ipset` prints for a type and a code (lib/icmp.c, ipset 7.17). */
const ICMP: readonly Named[] = [
  [0, 0, 'echo-reply'],
  [3, 0, 'network-unreachable'],
  [3, 1, 'host-unreachable'],
  [3, 2, 'protocol-unreachable'],
  [3, 3, 'port-unreachable'],
  [3, 4, 'fragmentation-needed'],
  [3, 5, 'source-route-failed'],
  [3, 6, 'network-unknown'],
  [3, 7, 'host-unknown'],
  [3, 9, 'network-prohibited'],
  [3, 10, 'host-prohibited'],
  [3, 11, 'TOS-network-unreachable'],
  [3, 12, 'TOS-host-unreachable'],
  [3, 13, 'communication-prohibited'],
  [3, 14, 'host-precedence-violation'],
  [3, 15, 'precedence-cutoff'],
  [4, 0, 'source-quench'],
  [5, 0, 'network-redirect'],
  [5, 1, 'host-redirect'],
  [5, 2, 'TOS-network-redirect'],
  [5, 3, 'TOS-host-redirect'],
  [8, 0, 'echo-request'],
  [9, 0, 'router-advertisement'],
  [10, 0, 'router-solicitation'],
  [11, 0, 'ttl-zero-during-transit'],
  [11, 1, 'ttl-zero-during-reassembly'],
  [12, 0, 'ip-header-bad'],
  [12, 1, 'required-option-missing'],
  [13, 0, 'timestamp-request'],
  [14, 0, 'timestamp-reply'],
  [17, 0, 'address-mask-request'],
  [18, 0, 'address-mask-reply'],
];

/** The same for ICMPv6 (lib/icmpv6.c, ipset 7.17). */
const ICMPV6: readonly Named[] = [
  [1, 0, 'no-route'],
  [1, 1, 'communication-prohibited'],
  [1, 3, 'address-unreachable'],
  [1, 4, 'port-unreachable'],
  [2, 0, 'packet-too-big'],
  [3, 0, 'ttl-zero-during-transit'],
  [3, 1, 'ttl-zero-during-reassembly'],
  [4, 0, 'bad-header'],
  [4, 1, 'unknown-header-type'],
  [4, 2, 'unknown-option'],
  [128, 0, 'echo-request'],
  [129, 0, 'echo-reply'],
  [133, 0, 'router-solicitation'],
  [134, 0, 'router-advertisement'],
  [135, 0, 'neighbour-solicitation'],
  [136, 0, 'neighbour-advertisement'],
  [137, 0, 'redirect'],
];

const namesOf = (protocol: ProtocolNumber): readonly Named[] => (protocol === PROTOCOL.icmp ? ICMP : ICMPV6);

/** Type and code as one number, the way ipset keeps them in the place of a port. */
export const icmpPort = (type: number, code: number): number => type * 256 + code;

export const printIcmpPort = (protocol: ProtocolNumber, port: number): string => {
  const [type, code] = [port >> 8, port & 255];
  return namesOf(protocol).find(([ofType, ofCode]) => ofType === type && ofCode === code)?.[2] ?? `${type}/${code}`;
};

/** `TYPE/CODE` or a name, which `ping` and `pong` are too. */
export const readIcmpPort = (protocol: ProtocolNumber, text: string): number | undefined => {
  const numbers = /^(\d{1,3})\/(\d{1,3})$/.exec(text);
  if (numbers !== null) {
    const [type, code] = [Number(numbers[1]), Number(numbers[2])];
    return type > 255 || code > 255 ? undefined : icmpPort(type, code);
  }
  const name = text.toLowerCase().replace(/^ping$/, 'echo-request').replace(/^pong$/, 'echo-reply');
  const found = namesOf(protocol).find(([, , known]) => known.toLowerCase() === name);
  return found === undefined ? undefined : icmpPort(found[0], found[1]);
};
