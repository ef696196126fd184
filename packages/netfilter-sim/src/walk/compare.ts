import type { Flight } from '../flight/flight.ts';
import type { HostState, Node } from '../host/host.ts';
import { packetBytes, protocolOf } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { explore } from './explore.ts';
import type { ExploreOptions, Possibility } from './explore.ts';

/** A packet that fares differently on two hosts, with the ways that it can take on each. */
export interface FateDifference {
  /** Index of the packet. */
  readonly packet: number;
  readonly before: readonly Possibility[];
  readonly after: readonly Possibility[];
}

/** What a packet came to, in one comparable text; ports that chance drew do not count. */
const fateOf = ({ journey: { outcome, packet, trace } }: Possibility): string => {
  const drawn = trace.some((step) => step.kind === 'translated' && step.drawn);
  return JSON.stringify([outcome.kind, 'device' in outcome ? outcome.device : '', endsOf(packet, drawn)]);
};

const endsOf = (packet: Packet, drawn: boolean): readonly unknown[] => {
  const ports = packet.kind === 'udp' || packet.kind === 'tcp' ? [drawn ? '*' : packet.sport, packet.dport] : [];
  return [packet.src, packet.dst, protocolOf(packet), ...ports, packet.ttl, packet.tos, packetBytes(packet)];
};

const fatesOf = (possibilities: readonly Possibility[]): string =>
  [...new Set(possibilities.map(fateOf))].sort().join('\n');

/**
 * Sends the same packets, one after the other, to two nodes, and gives those whose fate differs: where every way that is possible on one is possible on the other too, it does not.
 * What a packet leaves behind is that of the first way of each. `flights` make each packet anew, once for either node.
 * @throws RangeError as with `run`
 */
export const compareNodes = (
  before: Node,
  after: Node,
  flights: readonly (() => Flight)[],
  by: ExploreOptions,
): readonly FateDifference[] => {
  let states: { readonly before: HostState; readonly after: HostState } = { before: before.state, after: after.state };
  return flights.flatMap((flight, packet) => {
    const was = explore(before.host, states.before, flight(), by).possibilities;
    const is = explore(after.host, states.after, flight(), by).possibilities;
    states = { before: was[0]?.state ?? states.before, after: is[0]?.state ?? states.after };
    return fatesOf(was) === fatesOf(is) ? [] : [{ packet, before: was, after: is }];
  });
};
