import { parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { Effect } from '@nodelocal/dns-cache';
import { address } from '@nodelocal/netfilter-sim';
import type { Address, Packet } from '@nodelocal/netfilter-sim';
import { DELAY_MS } from './delays.ts';
import { createEngine } from './engine.ts';
import { datagram } from './packets.ts';
import type { End } from './packets.ts';
import { createTcpListener } from './tcp-listener.ts';
import { createUpstreams } from './upstreams.ts';
import type { UpstreamsOptions } from './upstreams.ts';

export interface NodeCacheOptions extends Omit<UpstreamsOptions, 'reply' | 'fail' | 'open'> {
  readonly corefile: string;
  readonly resolvConf: string;
  /** A socket of its own: to listen at, or for talking to an upstream. */
  readonly open: (end: { readonly address: Address | 'any'; readonly port: number }, protocol: 'udp' | 'tcp') => void;
  /** Whatever the engine does, before it is carried out; `question` is that of the message that it is about, `asker` who sent that, if a client did. */
  readonly observe: (effect: Effect, question: string, asker: Asker | undefined) => void;
  /** It has said why it cannot go on. */
  readonly ended: () => void;
}

/** Whose socket asked. */
export interface Asker extends End {
  readonly transport: 'udp' | 'tcp';
}

/** NodeLocal DNSCache on the node: the real engine, with modelled sockets in the place of real ones. */
export interface NodeCache {
  /** A packet was delivered to the node. */
  receive(packet: Packet): void;
  /** It looks whether its upstreams lead back to it, and whatever else a server does that has just started. */
  start(): void;
  /** It is gone, and the kernel ends its connections: by these ports they still have something to say. */
  kill(): ReadonlySet<number>;
}

const DNS_PORT = 53;

export const createNodeCache = (options: NodeCacheOptions): NodeCache => {
  const { clock, draw, send } = options;
  const answerers = new Map<number, (message: Uint8Array) => void>();
  let nextQuery = 0;
  let isGone = false;
  /** Of the message that is being handled: what the engine reports next is about it. */
  let question = '';
  let asker: Asker | undefined;

  const engine = createEngine({
    clock,
    corefile: parseCorefile(options.corefile, { file: 'corefile' }),
    port: DNS_PORT,
    resolvConf: options.resolvConf,
    draw,
    answer(query, message) {
      const answer = answerers.get(query);
      answerers.delete(query);
      answer?.(message);
    },
    drop: (query) => answerers.delete(query),
    ask: (ask) => upstreams.ask(ask),
    abandon: (exchange) => upstreams.abandon(exchange),
    observe(effect) {
      options.observe(effect, question, asker);
      if (effect.kind === 'log' && effect.level === 'fatal') options.ended();
    },
    isGone: () => isGone,
  });
  const { handle } = engine;
  const upstreams = createUpstreams({
    ...options,
    reply(exchange, message) {
      question = questionOf(message);
      asker = undefined;
      handle({ kind: 'reply', exchange, message });
    },
    fail: (exchange, reason) => handle({ kind: 'failure', exchange, reason }),
  });

  const listeners = engine.server.listeners.filter(({ scheme }) => scheme === 'dns');
  for (const { address: bound, port } of listeners) {
    for (const protocol of ['udp', 'tcp'] as const) options.open({ address: bound === '' ? 'any' : address(bound), port }, protocol);
  }

  const takeQuery = (transport: 'udp' | 'tcp', here: End, there: End, message: Uint8Array, answer: (message: Uint8Array) => void): void => {
    nextQuery += 1;
    const query = nextQuery;
    answerers.set(query, answer);
    clock.at(clock.nowMs + DELAY_MS.nodeCache, () => {
      question = questionOf(message);
      asker = { ...there, transport };
      handle({ kind: 'query', query, transport, client: there, local: here, message });
    });
  };
  const listener = createTcpListener({
    clock,
    draw,
    send: (_here, packet) => send(packet),
    receive: (here, there, message, answer) => takeQuery('tcp', here, there, message, answer),
  });

  return {
    receive(packet) {
      if (packet.kind !== 'udp' && packet.kind !== 'tcp') {
        upstreams.receive(packet);
        return;
      }
      const here: End = { address: packet.dst, port: packet.dport };
      const there: End = { address: packet.src, port: packet.sport };
      if (!listeners.some(({ address: bound, port }) => port === here.port && (bound === '' || bound === here.address))) upstreams.receive(packet);
      else if (packet.kind === 'tcp') listener.take(here, there, packet);
      else if (packet.payload !== undefined) takeQuery('udp', here, there, packet.payload, (answer) => send(datagram(here, there, answer)));
    },
    start: () => handle({ kind: 'start' }),
    kill() {
      isGone = true;
      listener.close();
      return upstreams.close();
    },
  };
};

const questionOf = (bytes: Uint8Array): string => {
  const message = readMessage(bytes);
  return message.kind === 'message' && message.question !== undefined ? `${message.question.type} ${message.question.name}` : '';
};
