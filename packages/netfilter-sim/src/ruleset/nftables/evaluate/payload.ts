import { addressBits } from '../../../packet/address.ts';
import { lacksPorts, packetBytes, protocolOf, tcpHeaderBytes } from '../../../packet/packet.ts';
import type { Packet } from '../../../packet/packet.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { BREAK, number, one } from './value.ts';
import type { Value } from './value.ts';

type Payload = Extract<Expression, { kind: 'payload' }>;

/** A header field (net/netfilter/nft_payload.c, 6.12). A packet without the header ends the rule. */
export const evaluatePayload = ({ protocol, field }: Payload, { packet, link }: PacketContext): Value => {
  switch (protocol) {
    case 'ether':
      if (link === undefined || (link.sourceMac !== undefined && field !== 'saddr')) return notModelled(`ether ${field}`);
      return link.sourceMac === undefined ? BREAK : one(BigInt(`0x${link.sourceMac.replaceAll(':', '')}`));
    case 'ip':
      return packet.family === 'ipv4' ? ipv4Field(field, packet) : BREAK;
    case 'ip6':
      return packet.family === 'ipv6' ? ipv6Field(field, packet) : BREAK;
    default:
      return packet.fragment === 'later' ? BREAK : transportField(protocol, field, packet);
  }
};

const IPV6_HEADER_BYTES = 40;

const ipv4Field = (field: string, packet: Packet): Value => {
  switch (field) {
    case 'version':
      return number(4);
    case 'hdrlength':
      return number(5);
    case 'frag-off':
      return fragmentWord(packet);
    case 'dscp':
      return number(packet.tos >> 2);
    case 'ecn':
      return number(packet.tos & 3);
    case 'length':
      return number(packetBytes(packet));
    case 'ttl':
      return number(packet.ttl);
    case 'protocol':
      return number(protocolOf(packet));
    case 'saddr':
      return one(addressBits(packet.src));
    case 'daddr':
      return one(addressBits(packet.dst));
    default:
      return notModelled(`ip ${field}`);
  }
};

const ipv6Field = (field: string, packet: Packet): Value => {
  switch (field) {
    case 'version':
      return number(6);
    case 'dscp':
      return number(packet.tos >> 2);
    case 'ecn':
      return number(packet.tos & 3);
    case 'length':
      return number(packetBytes(packet) - IPV6_HEADER_BYTES);
    case 'nexthdr':
      return number(protocolOf(packet));
    case 'hoplimit':
      return number(packet.ttl);
    case 'saddr':
      return one(addressBits(packet.src));
    case 'daddr':
      return one(addressBits(packet.dst));
    default:
      return notModelled(`ip6 ${field}`);
  }
};

const DONT_FRAGMENT = 0x4000n;
const MORE_FRAGMENTS = 0x2000n;
const OFFSET = 0x1fffn;
const WORD = 0xffffn;

/** Flags and offset in one (RFC 791 §3.1): whether it may be cut is not known of a packet. */
const fragmentWord = ({ fragment }: Packet): Value => {
  const unknown = notModelled('ip frag-off');
  if (fragment === undefined) return { ...unknown, bits: { known: WORD ^ DONT_FRAGMENT, value: 0n } };
  switch (fragment) {
    case 'first':
      return { ...unknown, bits: { known: WORD ^ DONT_FRAGMENT, value: MORE_FRAGMENTS } };
    case 'later':
      return { ...unknown, bits: { known: 0x8000n, value: 0n, someOf: OFFSET } };
  }
};

const UDP_HEADER_BYTES = 8;
const PORTED = { udplite: 136, sctp: 132, dccp: 33 } as const;

const transportField = (protocol: string, field: string, packet: Packet): Value => {
  if (lacksPorts(packet) && mayHold(protocol, packet))
    return notModelled(`the ${field} of a packet that was written without ports`);
  const ported = packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported';
  switch (protocol) {
    case 'th':
      if (ported) return number(field === 'sport' ? packet.sport : packet.dport);
      return headerStart(field, packet);
    case 'tcp':
      return packet.kind === 'tcp' ? tcpField(field, packet) : BREAK;
    case 'udp':
      if (packet.kind !== 'udp') return BREAK;
      if (field === 'length') return number(UDP_HEADER_BYTES + packet.payloadBytes);
      if (field === 'checksum') return notModelled('udp checksum');
      return number(field === 'sport' ? packet.sport : packet.dport);
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return packet.kind === 'ported' && packet.protocol === PORTED[protocol]
        ? number(field === 'sport' ? packet.sport : packet.dport)
        : BREAK;
    case 'icmp':
    case 'icmpv6':
      return packet.kind === protocol ? icmpField(field, packet) : BREAK;
    default:
      return notModelled(`${protocol} ${field}`);
  }
};

const mayHold = (protocol: string, packet: Packet): boolean => protocol === 'th' || protocolNumber(protocol) === protocolOf(packet);

const protocolNumber = (name: string): number | undefined =>
  name === 'udplite' || name === 'sctp' || name === 'dccp' ? PORTED[name] : undefined;

/** The kernel takes the same octets of any header: type and code of ICMP, then its checksum. */
const headerStart = (field: string, packet: Packet): Value => {
  const icmp = packet.kind === 'icmp' || packet.kind === 'icmpv6';
  if (icmp && field === 'sport') return number((packet.icmpType << 8) | packet.icmpCode);
  if (!icmp && packet.payload === undefined && packet.payloadBytes < (field === 'sport' ? 2 : 4)) return BREAK;
  return notModelled(`octets of a header of protocol ${protocolOf(packet)}`);
};

const icmpField = (field: string, packet: Extract<Packet, { kind: 'icmp' | 'icmpv6' }>): Value => {
  switch (field) {
    case 'type':
      return number(packet.icmpType);
    case 'code':
      return number(packet.icmpCode);
    case 'id':
      return number(packet.icmpId);
    default:
      return notModelled(`${packet.kind} ${field}`);
  }
};

const tcpField = (field: string, packet: Extract<Packet, { kind: 'tcp' }>): Value => {
  switch (field) {
    case 'sport':
      return number(packet.sport);
    case 'dport':
      return number(packet.dport);
    case 'flags':
      return number(packet.flags);
    case 'sequence':
      return number(packet.sequence);
    case 'ackseq':
      return number(packet.acknowledgement);
    case 'doff':
      return number(tcpHeaderBytes(packet.options) / 4);
    case 'window':
      return number(packet.window);
    default:
      return notModelled(`tcp ${field}`);
  }
};
