import * as fc from 'fast-check';
import type { Family } from '../packet/address.ts';
import { writePacket } from '../packet/print.ts';
import { wholeNumber } from '../range.ts';
import type { NodeSnapshot } from '../snapshot/node.ts';
import { CAST, CLIENT_PORTS, everybody, SERVER_PORTS } from './cast.ts';
import { nodes } from './nodes.ts';
import type { NodeConstraints } from './nodes.ts';
import { packets } from './packets.ts';
import type { PacketConstraints } from './packets.ts';
import { LENGTH_MAX, weighted } from './words.ts';

/** A node, and packets that can come to it or be sent by it. */
export interface Traffic {
  readonly snapshot: NodeSnapshot;
  /** One line each, for `TestNode.send` and `flightFrom`: from a device that the node has. */
  readonly packets: readonly string[];
}

/** Which traffic is wanted. */
export interface TrafficConstraints extends NodeConstraints {
  /** Members of `Packet`; UDP, TCP and ICMP of the node's family where it is left out. */
  readonly kinds?: PacketConstraints['kinds'];
  /** How many packets, from 0; 1 to 6 where it is left out. */
  readonly minPackets?: number;
  /** At least `minPackets`; 6, or as many, where it is left out. */
  readonly maxPackets?: number;
  /** Where they go: anywhere of the cluster, and outside, where it is left out. */
  readonly destinations?: PacketConstraints['destinations'];
}

/** From which side a packet comes: a pod (by its number, if the node has so many), the cluster, or the node itself. */
type Side = number | 'eth0' | 'local';

const sides: fc.Arbitrary<Side> = weighted<Side>([4, fc.nat(3)], [2, fc.constant('eth0')], [1, fc.constant('local')]);

const sourcesAt = (side: Side, family: Family): PacketConstraints['sources'] => {
  const { pods, remotePods, neighbour, outside, node } = CAST[family];
  if (side === 'local') return [node];
  return side === 'eth0' ? [...remotePods, neighbour, outside] : pods.slice(side, side + 1);
};

const lines = (family: Family, { kinds, destinations = everybody(family) }: TrafficConstraints): fc.Arbitrary<string> =>
  sides.chain((side) =>
    packets({
      family,
      kinds: (kinds ?? ['udp', 'tcp', 'icmp', 'icmpv6']).filter((kind) => kind !== (family === 'ipv4' ? 'icmpv6' : 'icmp')),
      ...(sourcesAt(side, family) === undefined ? {} : { sources: sourcesAt(side, family) ?? [] }),
      destinations,
      sourcePorts: CLIENT_PORTS,
      destinationPorts: SERVER_PORTS,
    }).map((packet) => writePacket(typeof side === 'number' ? `pod${side + 1}` : side, packet)),
  );

/** A pod that the node does not have is its first one, whoever it says it is. */
const onNode = (packet: string, { contents }: NodeSnapshot): string => {
  const [device = ''] = packet.split(':');
  return device === 'local' || contents['ip-addr.json']?.includes(`"${device}"`) === true ? packet : packet.replace(/^pod\d/, 'pod1');
};

/**
 * Nodes with packets for them. Node and packets shrink by themselves: a counterexample has one pod, few rules, and one packet, from
 * that pod to the Service.
 * @throws RangeError for fewer than no packets, or fewer at most than at least
 */
export const traffic = (wanted: TrafficConstraints = {}): fc.Arbitrary<Traffic> => {
  const families = wanted.families ?? ['ipv4', 'ipv6'];
  const minPackets = wholeNumber('minPackets', wanted.minPackets ?? 1, 0, LENGTH_MAX);
  const maxPackets = wholeNumber('maxPackets', wanted.maxPackets ?? Math.max(minPackets, 6), minPackets, LENGTH_MAX);
  return fc
    .tuple(nodes(wanted), fc.array(fc.oneof({ withCrossShrink: true }, ...families.map((family) => lines(family, wanted))), { minLength: minPackets, maxLength: maxPackets }))
    .map(([snapshot, written]) => ({ snapshot, packets: written.map((packet) => onNode(packet, snapshot)) }));
};
