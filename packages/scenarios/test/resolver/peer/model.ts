import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import type { LookupEvent, LookupResult, Progress, Resolver, Sent } from '@nodelocal/scenarios';
import { createResponder } from './respond.ts';
import type { Asked, Deed, Situation } from './situation.ts';
import { serversOf } from './situation.ts';

const RCODE: Readonly<Record<Exclude<Deed, 'silent'>, string>> = {
  answer: 'NOERROR',
  nodata: 'NOERROR',
  lame: 'NOERROR',
  truncated: 'NOERROR',
  formerr: 'FORMERR',
  servfail: 'SERVFAIL',
  nxdomain: 'NXDOMAIN',
  notimp: 'NOTIMP',
  refused: 'REFUSED',
};

const ADDRESS = { A: '192.0.2.1', AAAA: '2001:db8::1' } as const;

/** What the server says, or undefined where it keeps silent. */
const replyTo = (id: number, asked: Asked, deed: Deed): Uint8Array | undefined => {
  if (deed === 'silent') return undefined;
  const { name, type } = asked;
  const address = type === 'A' ? ADDRESS.A : ADDRESS.AAAA;
  const answers = deed === 'answer' ? [{ name, type, ttlSeconds: 5, data: { kind: 'address', address } as const }] : [];
  const truncated = deed === 'truncated';
  return encodeResponse({ id, question: { name, type }, rcode: RCODE[deed], truncated, recursionAvailable: deed !== 'lame', answers });
};

export interface Modelled {
  /** What open servers saw. */
  readonly asked: readonly Asked[];
  /** Also what went to closed ones, and every byte. */
  readonly sent: readonly Sent[];
  readonly result: LookupResult | undefined;
  readonly endedMs: number;
}

/** What a modelled resolver asks for, against the same servers, on a network that takes no time. */
export const askModel = <L extends Progress>(resolver: Resolver<L>, situation: Situation, seed = 7919): Modelled => {
  const respond = createResponder(situation.rules);
  const servers = serversOf(situation);
  const asked: Asked[] = [];
  const sent: Sent[] = [];
  let drawn = 0;
  const draw = (below: number): number => (drawn += seed) % below;
  let nowMs = 0;

  const deliver = (packet: Sent): readonly LookupEvent[] => {
    sent.push(packet);
    const server = Number(packet.to.split('.')[3]);
    const [transport, socket] = packet.kind === 'datagram' ? (['udp', packet.port] as const) : (['tcp', packet.connection] as const);
    if (!servers.includes(server) || (situation.closed ?? []).includes(server)) {
      return [packet.kind === 'datagram' ? { kind: 'refused', port: socket } : { kind: 'tcp-closed', connection: socket }];
    }
    const query = readMessage(packet.message);
    if (query.kind !== 'message' || query.question === undefined) throw new TypeError('not a query');
    const { name, type } = query.question;
    const one: Asked = { server, transport, socket, name, type, authenticated: query.authenticated, edns: query.edns?.udpPayloadSize, atMs: nowMs };
    asked.push(one);
    const message = replyTo(query.id, one, respond(one));
    if (message === undefined) return [];
    return [packet.kind === 'datagram' ? { kind: 'datagram', port: socket, from: packet.to, message } : { kind: 'tcp-answer', connection: socket, message }];
  };

  let step = resolver.start(situation.name, resolver.readConfig(situation.resolvConf), nowMs, draw);
  const events: LookupEvent[] = step.send.flatMap(deliver);
  while (step.lookup.result === undefined) {
    if (events.length === 0) nowMs = step.lookup.deadlineMs;
    if (nowMs >= (situation.withinMs ?? Infinity)) break;
    step = resolver.step(step.lookup, events.shift() ?? { kind: 'timeout' }, nowMs, draw);
    events.push(...step.send.flatMap(deliver));
  }
  return { asked, sent, result: step.lookup.result, endedMs: nowMs };
};
