import * as fc from 'fast-check';
import { familyOf } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { TCP_FLAG } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import type { Port } from '../packet/port.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import { addresses, ports } from './addresses.ts';
import { mostly, oneOf } from './words.ts';

/** Which packets are wanted; what is left out may be anything. */
export interface PacketConstraints {
  /** Both where it is left out. */
  readonly family?: Family;
  /** The members of `Packet` to make; all of them where it is left out. A counterexample shrinks to the first. */
  readonly kinds?: readonly Packet['kind'][];
  /** Where they come from: one of these addresses, or any. */
  readonly sources?: readonly Address[];
  /** Where they go. */
  readonly destinations?: readonly Address[];
  /** Their source port; any where it is left out. */
  readonly sourcePorts?: readonly Port[];
  /** Their destination port; any where it is left out. */
  readonly destinationPorts?: readonly Port[];
}

const KINDS: readonly Packet['kind'][] = ['udp', 'tcp', 'icmp', 'icmpv6', 'ported', 'other'];

/** Each kind of ICMP belongs to one family. */
const familiesOf = (kind: Packet['kind']): readonly Family[] => (kind === 'icmp' ? ['ipv4'] : kind === 'icmpv6' ? ['ipv6'] : ['ipv4', 'ipv6']);

type Header = Pick<Packet, 'family' | 'src' | 'dst' | 'ttl' | 'tos' | 'payloadBytes'>;

const among = <Value>(wanted: readonly Value[] | undefined, any: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  wanted === undefined ? any : oneOf(...wanted);

const ofFamily = (family: Family, some: readonly Address[] | undefined): readonly Address[] | undefined => some?.filter((address) => familyOf(address) === family);

/** Whether there is any address of the family among them. */
const hasOf = (family: Family, some: readonly Address[] | undefined): boolean => ofFamily(family, some)?.length !== 0;

const header = (family: Family, { sources, destinations }: PacketConstraints): fc.Arbitrary<Header> =>
  fc.record({
    family: fc.constant(family),
    src: among(ofFamily(family, sources), addresses(family)),
    dst: among(ofFamily(family, destinations), addresses(family)),
    ttl: mostly(64, 0, 1, 2, 63, 255),
    tos: mostly(0, 0x10, 0x20, 0xb8, 1, 2),
    payloadBytes: mostly(4, 0, 100, 1400),
  });

const ends = ({ sourcePorts, destinationPorts }: PacketConstraints): { readonly sport: fc.Arbitrary<Port>; readonly dport: fc.Arbitrary<Port> } => ({
  sport: among(sourcePorts, ports()),
  dport: among(destinationPorts, ports()),
});

const { FIN, SYN, RST, PSH, ACK, URG, ECE, CWR } = TCP_FLAG;

/** What connections are made of, and what scanners send. */
const flags = mostly(SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK, FIN, 0, SYN | FIN, FIN | PSH | URG, SYN | ECE | CWR);

/** Only a SYN has a say about sizes and scales. */
const options = fc.record({ maximumSegmentSize: oneOf(1460, 536, 0), windowScale: oneOf(7, 0, 14) }, { requiredKeys: [] });

/** The rest of each kind: what stands behind the IP header. */
const above = (kind: Packet['kind'], wanted: PacketConstraints): fc.Arbitrary<object> => {
  switch (kind) {
    case 'udp':
      return fc.record(ends(wanted));
    case 'tcp':
      return fc
        .record({
          ...ends(wanted),
          flags,
          sequence: mostly(0, 1, 1000, 0xffff_ffff),
          acknowledgement: mostly(0, 1, 1001, 0xffff_ffff),
          window: mostly(64_240, 0, 1, 65_535),
          options,
        })
        .map((tcp) => ({ ...tcp, options: (tcp.flags & SYN) === 0 ? {} : tcp.options }));
    case 'icmp':
      return fc.record({ icmpType: mostly(8, 0, 13, 17), icmpCode: fc.constant(0), icmpId: oneOf(1, 2) });
    case 'icmpv6':
      return fc.record({ icmpType: mostly(128, 129), icmpCode: fc.constant(0), icmpId: oneOf(1, 2) });
    case 'ported':
      return fc.record({ protocol: oneOf(PROTOCOL.sctp, PROTOCOL.udplite, PROTOCOL.dccp), ...ends(wanted) });
    case 'other':
      return fc.record({ protocol: oneOf(PROTOCOL.esp, PROTOCOL.gre, PROTOCOL.ah) });
  }
};

/**
 * Packets as values, each of which `writePacket` can write down. A counterexample shrinks to a UDP packet (or the first of `kinds`)
 * with a usual header, from the first of `sources` to the first of `destinations`.
 * @throws RangeError where the constraints leave no packet.
 */
export const packets = (wanted: PacketConstraints = {}): fc.Arbitrary<Packet> => {
  const choices = (wanted.kinds ?? KINDS).flatMap((kind) =>
    familiesOf(kind)
      .filter((family) => (wanted.family ?? family) === family && [wanted.sources, wanted.destinations].every((some) => hasOf(family, some)))
      .map((family) => fc.tuple(header(family, wanted), above(kind, wanted)).map(([ip, rest]) => ({ kind, ...ip, ...rest }) as Packet)),
  );
  if (choices.length === 0) throw new RangeError('packets: there is no packet of these kinds, families and addresses');
  return fc.oneof({ withCrossShrink: true }, ...choices);
};
