import { addressBits } from '../../../packet/address.ts';
import { packetBytes, protocolOf } from '../../../packet/packet.ts';
import type { Packet } from '../../../packet/packet.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { BREAK, number, one, UNSEEN } from './value.ts';
import type { Value } from './value.ts';

type Payload = Extract<Expression, { kind: 'payload' }>;

/** A header field (net/netfilter/nft_payload.c, 6.12). A packet without the header ends the rule. */
export const evaluatePayload = ({ protocol, field }: Payload, { packet, link }: PacketContext): Value => {
  switch (protocol) {
    case 'ether':
      return field === 'saddr' && link !== undefined
        ? one(BigInt(`0x${link.sourceMac.replaceAll(':', '')}`))
        : notModelled(`ether ${field}`);
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

const UDP_HEADER_BYTES = 8;
const PORTED = { udplite: 136, sctp: 132, dccp: 33 } as const;

const transportField = (protocol: string, field: string, packet: Packet): Value => {
  const ported = packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported';
  switch (protocol) {
    case 'th':
      // The kernel looks at the same two octets of any header: a checksum in ICMP.
      return ported ? number(field === 'sport' ? packet.sport : packet.dport) : one(UNSEEN);
    case 'tcp':
      return packet.kind === 'tcp' ? tcpField(field, packet) : BREAK;
    case 'udp':
      if (packet.kind !== 'udp') return BREAK;
      if (field === 'length') return number(UDP_HEADER_BYTES + packet.payloadBytes);
      return number(field === 'sport' ? packet.sport : packet.dport);
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return packet.kind === 'ported' && packet.protocol === PORTED[protocol]
        ? number(field === 'sport' ? packet.sport : packet.dport)
        : BREAK;
    case 'icmp':
    case 'icmpv6':
      return packet.kind === protocol
        ? number({ type: packet.icmpType, code: packet.icmpCode, id: packet.icmpId }[field] ?? 0)
        : BREAK;
    default:
      return notModelled(`${protocol} ${field}`);
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
    case 'window':
      return number(packet.window);
    default:
      return notModelled(`tcp ${field}`);
  }
};
