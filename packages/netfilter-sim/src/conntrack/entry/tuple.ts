import type { Address } from '../../packet/address.ts';
import { protocolOf } from '../../packet/packet.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Port } from '../../packet/port.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
import type { ProtocolNumber } from '../../packet/protocol.ts';

/**
 * One direction of a connection as conntrack identifies it
 * (include/net/netfilter/nf_conntrack_tuple.h).
 */
export type Tuple = PortTuple | IcmpTuple | PlainTuple;

/** `enum ip_conntrack_dir` (include/uapi/linux/netfilter/nf_conntrack_tuple_common.h). */
export type Direction = 'original' | 'reply';

interface TupleBase {
  readonly protocol: ProtocolNumber;
  readonly src: Address;
  readonly dst: Address;
}

/** TCP, UDP and the other protocols with ports. */
export interface PortTuple extends TupleBase {
  readonly kind: 'ports';
  readonly sport: Port;
  readonly dport: Port;
}

/** ICMP and ICMPv6 queries. */
export interface IcmpTuple extends TupleBase {
  readonly kind: 'icmp';
  /** Of this direction's message, 0 to 255. */
  readonly icmpType: number;
  /** 0 to 255. */
  readonly icmpCode: number;
  /** The same both ways, 0 to 65535. */
  readonly icmpId: number;
}

/** Any other protocol: addresses are all there is (nf_conntrack_proto_generic.c). */
export interface PlainTuple extends TupleBase {
  readonly kind: 'plain';
}

/** What names a packet's flow; a fragment without its header names none (nf_ct_get_tuple fails). */
export type TupleReading = { readonly kind: 'tuple'; readonly tuple: Tuple } | { readonly kind: 'unreadable' };

/** What conntrack reads of a packet, to find its connection. */
export const readTuple = (packet: Packet): TupleReading => {
  if (packet.fragment === 'later') return { kind: 'unreadable' };
  const base = { protocol: protocolOf(packet), src: packet.src, dst: packet.dst };
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
    case 'ported':
      return { kind: 'tuple', tuple: { kind: 'ports', ...base, sport: packet.sport, dport: packet.dport } };
    case 'icmp':
    case 'icmpv6': {
      const { icmpType, icmpCode, icmpId } = packet;
      return { kind: 'tuple', tuple: { kind: 'icmp', ...base, icmpType, icmpCode, icmpId } };
    }
    case 'other':
      return { kind: 'tuple', tuple: { kind: 'plain', ...base } };
  }
};

/** Query and answer types (invmap of nf_conntrack_proto_icmp.c and _icmpv6.c); others cannot be inverted. */
const ICMP_COUNTERPART: Readonly<Record<number, number>> = { 8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17 };
const ICMPV6_COUNTERPART: Readonly<Record<number, number>> = { 128: 129, 129: 128, 139: 140, 140: 139 };

/** The tuple of the packets that answer; ICMP messages that ask nothing have none. */
export const invertTuple = (tuple: Tuple): TupleReading => {
  const turned = { protocol: tuple.protocol, src: tuple.dst, dst: tuple.src };
  switch (tuple.kind) {
    case 'ports':
      return { kind: 'tuple', tuple: { kind: 'ports', ...turned, sport: tuple.dport, dport: tuple.sport } };
    case 'plain':
      return { kind: 'tuple', tuple: { kind: 'plain', ...turned } };
    case 'icmp': {
      const counterpart = tuple.protocol === PROTOCOL.icmpv6 ? ICMPV6_COUNTERPART : ICMP_COUNTERPART;
      const icmpType = counterpart[tuple.icmpType];
      if (icmpType === undefined) return { kind: 'unreadable' };
      const { icmpCode, icmpId } = tuple;
      return { kind: 'tuple', tuple: { kind: 'icmp', ...turned, icmpType, icmpCode, icmpId } };
    }
  }
};

/** Equal tuples, and only they, have equal keys. */
export const tupleKey = (tuple: Tuple): string => {
  const base = `${tuple.protocol} ${tuple.src} ${tuple.dst}`;
  switch (tuple.kind) {
    case 'ports':
      return `${base} ${tuple.sport} ${tuple.dport}`;
    case 'icmp':
      return `${base} ${tuple.icmpType}/${tuple.icmpCode} ${tuple.icmpId}`;
    case 'plain':
      return base;
  }
};

/** Whether two tuples are equal. */
export const sameTuple = (a: Tuple, b: Tuple): boolean => tupleKey(a) === tupleKey(b);
