import { arriving, explore, leaving, seededChance, TCP_FLAG } from '@nodelocal/netfilter-sim';
import type { Flight, Host, Journey, Packet, Possibility } from '@nodelocal/netfilter-sim';

const NOBODY = { kind: 'unknown' } as const;
const TTL = 64;

/** The way of the answer, if somebody answers: over the node as the packet has left it. `undefined` where nobody could, or nobody knows what. */
export const wayBack = (host: Host, { journey, state }: Possibility, seed: number): Journey | undefined => {
  const flight = answerTo(journey);
  return flight === undefined ? undefined : explore(host, state, flight, { ports: seededChance(seed) }).possibilities[0]?.journey;
};

const answerTo = ({ outcome, packet }: Journey): Flight | undefined => {
  const answer = turned(packet);
  if (answer === undefined) return undefined;
  switch (outcome.kind) {
    case 'delivered':
      return outcome.socket === 'open' || outcome.socket === 'unknown' ? leaving(answer, { origin: 'socket', owner: NOBODY }) : undefined;
    case 'forwarded':
    case 'sent':
      return arriving(answer, outcome.device);
    case 'dropped':
    case 'held':
    case 'not-modelled':
      return undefined;
  }
};

/** A datagram back, or what answers the beginning of a connection. */
const turned = (packet: Packet): Packet | undefined => {
  if (packet.kind !== 'udp' && packet.kind !== 'tcp') return undefined;
  const ends = { src: packet.dst, dst: packet.src, sport: packet.dport, dport: packet.sport, ttl: TTL };
  if (packet.kind === 'udp') return { ...packet, ...ends };
  if (packet.flags !== TCP_FLAG.SYN) return undefined;
  return { ...packet, ...ends, flags: TCP_FLAG.SYN | TCP_FLAG.ACK, acknowledgement: (packet.sequence + 1) >>> 0 };
};
