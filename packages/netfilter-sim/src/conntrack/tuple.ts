import type { Address } from '../packet/address.ts';
import type { Port } from '../packet/port.ts';
import type { ProtocolNumber } from '../packet/protocol.ts';

/**
 * One direction of a connection as conntrack identifies it
 * (include/net/netfilter/nf_conntrack_tuple.h).
 */
export type Tuple = PortTuple | IcmpTuple | PlainTuple;

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
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly icmpId: number;
}

/** Any other protocol: addresses are all there is (nf_conntrack_proto_generic.c). */
export interface PlainTuple extends TupleBase {
  readonly kind: 'plain';
}
