import { familyOf, port, routeOutput } from '@nodelocal/netfilter-sim';
import type { Address, Host, HostState, Node, Possibility } from '@nodelocal/netfilter-sim';
import type { NewRules } from '../node/new-rules.ts';
import { judgeLeg } from './judge.ts';
import type { LegName, Question } from './question.ts';
import { LEGS, senderOf, wordsOf } from './question.ts';
import type { Passage, Way } from './passage.ts';
import { printSocket, walk } from './walk.ts';

/** A packet of an exchange, and all of its ways. */
export interface Leg {
  readonly name: LegName;
  readonly passage: Passage;
}

/** A question and its answer, as far as they get. */
export interface Exchange {
  readonly question: Question;
  readonly legs: readonly Leg[];
  readonly result: ExchangeResult;
}

/** Whether the answer comes back. */
export type ExchangeResult =
  | { readonly kind: 'answered' }
  /** The leg behind which there is none, and the way that leads nowhere; `always`: all ways do. */
  | { readonly kind: 'lost'; readonly leg: LegName; readonly way: Way; readonly always: boolean }
  /** The model lacks what decides. */
  | { readonly kind: 'not-known'; readonly leg: LegName; readonly way: Way };

/** Walks a question and its answer through the node, packet by packet, until one gets lost. */
export const exchange = (node: Node, question: Question, { newRules, askerPort }: { readonly newRules: NewRules; readonly askerPort: number }): Exchange => {
  const legs: Leg[] = [];
  const ends = endsOf(node.host, question, askerPort);
  let state = ends.state(node.state);
  for (const name of LEGS[question.protocol]) {
    const packet = senderOf(name) === 'asker' ? ends.fromAsker(name) : ends.fromServer(name);
    const { passage, firsts } = walk({ host: node.host, state }, packet, newRules);
    legs.push({ name, passage });
    const judged = judgeLeg(node.host, question, name, passage);
    if (judged.kind !== 'goes-on') return { question, legs, result: { ...judged, leg: name } };
    const first = firsts[passage.ways.indexOf(judged.way)];
    if (first !== undefined) state = ends.arrived(name, first);
  }
  return { question, legs, result: { kind: 'answered' } };
};

/** The first packet of a question alone: what becomes of it. */
export const firstPacket = (node: Node, question: Question, { newRules, askerPort }: { readonly newRules: NewRules; readonly askerPort: number }): Passage => {
  const [name] = LEGS[question.protocol];
  return walk(node, endsOf(node.host, question, askerPort).fromAsker(name), newRules).passage;
};

interface Ends {
  /** With the asker's own socket, where it is one of the node's. */
  state(state: HostState): HostState;
  fromAsker(leg: LegName): string;
  fromServer(leg: LegName): string;
  /** Tells where the asker's packet came to, so that the answer comes from there. */
  arrived(leg: LegName, first: Possibility): HostState;
}

const endsOf = (host: Host, { asker, protocol, address, port: serverPort }: Question, askerPort: number): Ends => {
  const own = asker.kind === 'pod' ? asker.address : (sourceOf(host, address) ?? anyOf(host, address));
  const askedFrom = asker.kind === 'pod' ? asker.device : 'local';
  // The cache's upstream answers from where a translation led, to where it saw the query come from.
  const server = { device: 'local', from: printSocket(address, serverPort), to: printSocket(own, askerPort) };
  return {
    state: (state) =>
      asker.kind === 'pod'
        ? state
        : { ...state, opened: [...state.opened, { protocol, family: familyOf(own), address: own, port: port(askerPort) }] },
    fromAsker: (leg) => `${askedFrom}: ${protocol} ${printSocket(own, askerPort)} > ${printSocket(address, serverPort)} ${wordsOf(protocol, leg)}`,
    fromServer: (leg) => `${server.device}: ${protocol} ${server.from} > ${server.to} ${wordsOf(protocol, leg)}`,
    arrived(leg, { journey, state }) {
      const { packet, outcome } = journey;
      if (asker.kind === 'cache' && senderOf(leg) === 'asker' && (packet.kind === 'udp' || packet.kind === 'tcp')) {
        server.device = outcome.kind === 'sent' ? outcome.device : 'local';
        server.from = printSocket(packet.dst, packet.dport);
        server.to = printSocket(packet.src, packet.sport);
      }
      return state;
    },
  };
};

/** The address that the host would send from. */
const sourceOf = (host: Host, destination: Address): Address | undefined => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 17, inDevice: 'lo' });
  return route.kind === 'route' ? route.source : undefined;
};

/** Where there is no route, the walk is to say so. */
const anyOf = ({ interfaces }: Host, destination: Address): Address => {
  const own = interfaces.flatMap(({ addresses }) => addresses).filter(({ address }) => familyOf(address) === familyOf(destination));
  return own.find(({ scope }) => scope === 0)?.address ?? own[0]?.address ?? destination;
};
