import { familyOf } from './address.ts';
import type { Address } from './address.ts';
import { FLAG_LETTERS, NO_FLAGS, PROTOCOL_NAMES, usualPayloadBytes, USUAL } from './notation-words.ts';
import { protocolOf } from './packet.ts';
import type { Packet } from './packet.ts';
import type { Port } from './port.ts';
import type { ProtocolNumber } from './protocol.ts';

const writeEnd = (address: Address, number: Port): string =>
  familyOf(address) === 'ipv6' ? `[${address}]:${number}` : `${address}:${number}`;

/** The packet as `parsePacket` reads it behind the device, by its ends: without the rest of its headers. */
export const printPacket = (packet: Packet): string => {
  switch (packet.kind) {
    case 'udp':
    case 'tcp': {
      const ends = `${writeEnd(packet.src, packet.sport)} > ${writeEnd(packet.dst, packet.dport)}`;
      return packet.kind === 'udp' ? `udp ${ends}` : `tcp ${ends} flags ${printFlags(packet.flags)}`;
    }
    case 'ported':
      return `${nameOf(packet.protocol)} ${writeEnd(packet.src, packet.sport)} > ${writeEnd(packet.dst, packet.dport)}`;
    case 'icmp':
    case 'icmpv6':
      return `${packet.kind} ${packet.src} > ${packet.dst} type ${packet.icmpType} code ${packet.icmpCode}`;
    case 'other':
      return `${nameOf(packet.protocol)} ${packet.src} > ${packet.dst}`;
  }
};

const nameOf = (protocol: ProtocolNumber): string =>
  Object.entries(PROTOCOL_NAMES).find(([, number]) => number === protocol)?.[0] ?? `${protocol}`;

const printFlags = (flags: number): string =>
  Object.entries(FLAG_LETTERS)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([letter]) => letter)
    .join('') || NO_FLAGS;

/**
 * The line of which `parsePacket` makes this packet again: with all that is not as usual. What it quotes (`inner`) and what is in it
 * (`payload`) cannot be written, nor whether acknowledgements are selective.
 * @param from the device that it comes in by, or `local`
 */
export const writePacket = (from: string, packet: Packet): string => {
  const pairs = [
    pair('ttl', packet.ttl, USUAL.ttl),
    pair('tos', packet.tos, USUAL.tos),
    pair('payload', packet.payloadBytes, usualPayloadBytes(protocolOf(packet))),
    ...(packet.fragment === undefined ? [] : [`fragment ${packet.fragment}`]),
    ...ownPairs(packet),
  ];
  return [`${from}: ${printPacket(packet)}`, ...pairs.filter((text) => text !== '')].join(' ');
};

const pair = (name: string, value: number | undefined, usual?: number): string => (value === undefined || value === usual ? '' : `${name} ${value}`);

const ownPairs = (packet: Packet): readonly string[] => {
  switch (packet.kind) {
    case 'tcp':
      return [
        pair('seq', packet.sequence, USUAL.sequence),
        pair('ack', packet.acknowledgement, USUAL.acknowledgement),
        pair('window', packet.window, USUAL.window),
        pair('mss', packet.options.maximumSegmentSize),
        pair('wscale', packet.options.windowScale),
      ];
    case 'icmp':
    case 'icmpv6':
      return [pair('id', packet.icmpId, USUAL.icmpId)];
    case 'udp':
    case 'ported':
    case 'other':
      return [];
  }
};
