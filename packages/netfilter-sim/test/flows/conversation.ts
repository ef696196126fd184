import { arriving, leaving, routeOutput, run } from '@nodelocal/netfilter-sim';
import type { Address, Chance, Host, HostState, Journey, Packet, Port } from '@nodelocal/netfilter-sim';

/** A program on the node, or one behind a device of it. */
type Place = { readonly kind: 'node' } | { readonly kind: 'behind'; readonly device: string };

export interface World {
  readonly host: Host;
  readonly state: HostState;
  readonly chance: Chance;
}

export interface Client {
  readonly place: Place;
  /** `undefined`: the node chooses. */
  readonly address: Address | undefined;
  readonly port: Port;
}

export interface Server {
  readonly address: Address;
  readonly port: Port;
}

/** Who answered, and from where the question came to it; `timeout`: nobody. */
export type Answer = { readonly kind: 'answered'; readonly by: Address; readonly client: string } | { readonly kind: 'timeout' };

export type Ending = 'client-closes' | 'server-closes';

type Side = 'client' | 'server';

interface Segment {
  readonly from: Side;
  readonly flags: number;
  readonly payloadBytes: number;
}

const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16];
const [QUERY_BYTES, ANSWER_BYTES] = [30, 60];

const segment = (from: Side, flags: number, payloadBytes = 0): Segment => ({ from, flags, payloadBytes });

/** A query over TCP, segment by segment. */
const EXCHANGE: Readonly<Record<Ending, readonly Segment[]>> = {
  'server-closes': [
    segment('client', SYN), segment('server', SYN | ACK), segment('client', ACK),
    segment('client', PSH | ACK, QUERY_BYTES), segment('server', ACK), segment('server', PSH | ACK, ANSWER_BYTES),
    segment('server', FIN | ACK), segment('client', ACK), segment('client', FIN | ACK), segment('server', ACK),
  ],
  'client-closes': [
    segment('client', SYN), segment('server', SYN | ACK), segment('client', ACK),
    segment('client', PSH | ACK, QUERY_BYTES), segment('server', ACK), segment('server', PSH | ACK, ANSWER_BYTES),
    segment('client', ACK), segment('client', FIN | ACK), segment('server', FIN | ACK), segment('client', ACK),
  ],
};

const DATAGRAMS: readonly Segment[] = [segment('client', 0, QUERY_BYTES), segment('server', 0, ANSWER_BYTES)];

/** One end of the conversation, as it sees itself and the other. */
interface End {
  readonly place: Place;
  readonly address: Address;
  readonly port: Port;
  readonly peer: Server;
}

/** A query and its answer over UDP or TCP; the other end is whoever the node hands the query to. */
export const converse = (world: World, protocol: 'udp' | 'tcp', client: Client, server: Server, ending: Ending): Answer => {
  const asking: End = { place: client.place, address: client.address ?? sourceTowards(world.host, server.address), port: client.port, peer: server };
  if (client.place.kind === 'node') world.state.opened.push({ protocol, family: 'ipv4', address: 'any', port: client.port });
  let answering: End | undefined;
  const sent: Record<Side, number> = { client: 1000, server: 5000 };
  for (const one of protocol === 'udp' ? DATAGRAMS : EXCHANGE[ending]) {
    const from: End | undefined = one.from === 'client' ? asking : answering;
    if (from === undefined) return { kind: 'timeout' };
    const other: Side = one.from === 'client' ? 'server' : 'client';
    const packet = packetOf(protocol, from, one, { sequence: sent[one.from], acknowledgement: sent[other] });
    sent[one.from] += one.payloadBytes + ((one.flags & (SYN | FIN)) === 0 ? 0 : 1);
    const journey = send(world, from.place, packet);
    const at = arrival(journey);
    if (at === undefined) return { kind: 'timeout' };
    const got = journey.packet;
    if (one.from === 'server' || !('sport' in got)) continue;
    if (at.kind === 'behind' && at.device === UPLINK) {
      send(world, at, unreachable(got));
      return { kind: 'timeout' };
    }
    answering = { place: at, address: got.dst, port: got.dport, peer: { address: got.src, port: got.sport } };
  }
  return answering === undefined
    ? { kind: 'timeout' }
    : { kind: 'answered', by: answering.address, client: `${answering.peer.address}:${answering.peer.port}` };
};

const UPLINK = 'eth0';

/** The router upstream knows no such network. */
const unreachable = (inner: Packet): Packet => ({
  kind: 'icmp',
  family: 'ipv4',
  src: '172.18.0.2' as Address,
  dst: inner.src,
  ttl: 64,
  tos: 0xc0,
  payloadBytes: 28,
  icmpType: 3,
  icmpCode: 0,
  icmpId: 0,
  inner,
});

const sourceTowards = (host: Host, destination: Address): Address => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 17, inDevice: 'lo' });
  if (route.kind === 'error' || route.source === undefined) throw new Error(`no way to ${destination}`);
  return route.source;
};

const packetOf = (
  protocol: 'udp' | 'tcp',
  { address: src, port: sport, peer }: End,
  { flags, payloadBytes }: Segment,
  numbers: { readonly sequence: number; readonly acknowledgement: number },
): Packet => {
  const base = { family: 'ipv4', src, dst: peer.address, sport, dport: peer.port, ttl: 64, tos: 0, payloadBytes } as const;
  return protocol === 'udp'
    ? { kind: 'udp', ...base }
    : { kind: 'tcp', ...base, ...numbers, flags, window: 64_240, options: (flags & SYN) === 0 ? {} : { maximumSegmentSize: 1460 } };
};

const send = ({ host, state, chance }: World, place: Place, packet: Packet): Journey => {
  const flight =
    place.kind === 'node'
      ? leaving(packet, { origin: 'socket', owner: { kind: 'socket', uid: 0, gid: 0, supplementaryGids: [] } })
      : arriving(packet, place.device);
  return run(host, state, flight, chance);
};

/** Who gets it; `undefined`: it was lost. */
const arrival = ({ outcome }: Journey): Place | undefined => {
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'node' };
    case 'forwarded':
    case 'sent':
      return { kind: 'behind', device: outcome.device };
    case 'dropped':
    case 'held':
      return undefined;
    case 'not-modelled':
      throw new Error(`not modelled: ${outcome.what}`);
  }
};

