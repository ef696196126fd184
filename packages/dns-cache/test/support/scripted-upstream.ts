import type { Socket as UdpSocket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { MessageValue, ResponseOptions } from '@nodelocal/dns-cache';
import { readMessage } from '@nodelocal/dns-cache';
import { framed, freePort } from './loopback.ts';
import { onMessages } from './messages-of-stream.ts';
import type { RawReply } from './packets.ts';
import { bent, octets, replyTo } from './packets.ts';
import { a, responseTo, soa } from './world.ts';

/** What is wrong with a reply, as a forger, a broken server or a broken network would have it. */
export type Bend =
  | 'id'
  | 'question-name'
  | 'question-type'
  | 'question-class'
  | 'question-case'
  | 'not-a-response'
  | 'opcode'
  | 'no-question'
  | 'two-questions'
  | 'garbage'
  | 'cut';

type Reaction =
  | {
      readonly kind: 'reply';
      readonly response?: Omit<ResponseOptions, 'id' | 'question'>;
      /** In place of `response`: sections as octets. */
      readonly raw?: RawReply;
      readonly bend?: Bend;
      readonly afterMs?: number;
      /** From another port than the one that was asked. */
      readonly stranger?: true;
      /** Over TCP, octet for octet, with this pause between. */
      readonly trickleMs?: number;
      /** How often it is sent. */
      readonly copies?: number;
    }
  /** Any octets as one message. */
  | { readonly kind: 'octets'; readonly octets: (asked: Uint8Array) => Uint8Array; readonly afterMs?: number }
  | { readonly kind: 'silence' }
  /** TCP: ends the connection with FIN or with RST, or after a length that promises more than comes. */
  | { readonly kind: 'close' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'promise-more' };

/** What to do with a query: the first rule that fits and is not used up. */
export interface Rule {
  /** `www.example.test.`, or `*.example.test.` for all below; lower case. */
  readonly name: string;
  readonly type?: string;
  readonly transport?: 'udp' | 'tcp';
  /** Only for queries with OPT, or only for those without. */
  readonly edns?: boolean;
  /** Only for queries with this DO bit. */
  readonly dnssecOk?: boolean;
  readonly times?: number;
  readonly react: readonly Reaction[];
}

/** A query as the upstream got it. */
interface UpstreamQuery {
  readonly transport: 'udp' | 'tcp';
  readonly bytes: Uint8Array;
  readonly message: MessageValue;
  /** Lower case, with a final dot. */
  readonly name: string;
  readonly type: string;
  readonly sourcePort: number;
  readonly at: number;
}

const bend = (reply: Uint8Array, how: Bend | undefined): Uint8Array => {
  const end = reply.length > 12 ? reply.indexOf(0, 12) : 0;
  switch (how) {
    case undefined:
      return reply;
    case 'id':
      return bent(reply, { 0: (reply[0] ?? 0) ^ 0x55 });
    case 'question-name':
      return bent(reply, { 13: (reply[13] ?? 0) ^ 0x01 });
    case 'question-type':
      return bent(reply, { [end + 2]: (reply[end + 2] ?? 0) ^ 0x40 });
    case 'question-class':
      return bent(reply, { [end + 4]: 3 });
    case 'question-case':
      return bent(reply, { 13: (reply[13] ?? 0) ^ 0x20 });
    case 'not-a-response':
      return bent(reply, { 2: (reply[2] ?? 0) & 0x7f });
    case 'opcode':
      return bent(reply, { 2: (reply[2] ?? 0) | 0x20 });
    case 'no-question':
      return octets(reply.subarray(0, 4), [0, 0], reply.subarray(6, 12), reply.subarray(end + 5));
    case 'two-questions': {
      const question = reply.subarray(12, end + 5);
      return octets(reply.subarray(0, 4), [0, 2], reply.subarray(6, 12), question, question, reply.subarray(end + 5));
    }
    case 'garbage':
      return reply.map((octet, at) => (at < 2 ? octet : octet ^ 0xa5));
    case 'cut':
      return reply.subarray(0, reply.length - 3);
  }
};

/** What an ordinary upstream says: an address for A, and that there is nothing else. */
const ORDINARY_ADDRESS = '192.0.2.1';
const ROOT_SOA = { ...soa('root', 300, 300), name: '.' };
const ordinary = ({ type, message: { question } }: UpstreamQuery): Reaction => {
  const reply = (response: Omit<ResponseOptions, 'id' | 'question'>): Reaction => ({ kind: 'reply', response });
  if (question?.class !== 'IN') return reply({});
  const known = type === 'A' || type === 'ANY';
  return reply(known ? { answers: [a(question.name, ORDINARY_ADDRESS, 300)] } : { authorities: [ROOT_SOA] });
};

const fits = (rule: Rule, query: UpstreamQuery): boolean =>
  (rule.name.startsWith('*.') ? query.name.endsWith(rule.name.slice(1)) : rule.name === query.name) &&
  (rule.type === undefined || rule.type === query.type) &&
  (rule.transport === undefined || rule.transport === query.transport) &&
  (rule.edns === undefined || rule.edns === (query.message.edns !== undefined)) &&
  (rule.dnssecOk === undefined || rule.dnssecOk === (query.message.edns?.dnssecOk ?? false));

/** How to get octets back to who asked. */
interface Way {
  readonly send: (message: Uint8Array, from: 'here' | 'stranger') => void;
  readonly trickle: (message: Uint8Array, pauseMs: number) => void;
  readonly end: (how: 'close' | 'reset' | 'promise-more') => void;
}

/** An upstream over real UDP and TCP sockets that does what its rules say, and remembers what it was asked. */
export interface ScriptedUpstream {
  readonly port: number;
  readonly queries: readonly UpstreamQuery[];
  /** TCP connections that are open now. */
  readonly connections: number;
  /** Adds rules before those that are there. */
  script(...rules: readonly Rule[]): void;
  /** What was asked of this name, in order. */
  asked(name: string, type?: string): readonly UpstreamQuery[];
  stop(): Promise<void>;
}

const listen = async (socket: UdpSocket | Server, port: number): Promise<void> => {
  if ('bind' in socket) socket.bind(port, '127.0.0.1');
  else socket.listen(port, '127.0.0.1');
  await once(socket, 'listening');
};

type Later = (ms: number, work: () => void) => void;

const tcpWay = (socket: Socket, later: Later): Way => {
  const write = (bytes: Uint8Array): void => {
    if (!socket.destroyed) socket.write(bytes);
  };
  return {
    send: (message) => write(framed(message)),
    trickle: (message, pauseMs) => {
      for (const [at, octet] of framed(message).entries()) later(at * pauseMs, () => write(Uint8Array.of(octet)));
    },
    end: (how) => {
      if (how === 'reset') socket.resetAndDestroy();
      else if (how === 'close') socket.end();
      else socket.end(Uint8Array.of(2, 0, 1, 2, 3));
    },
  };
};

export const startScriptedUpstream = async (given: readonly Rule[] = []): Promise<ScriptedUpstream> => {
  const port = await freePort();
  const rules: { readonly rule: Rule; used: number }[] = given.map((rule) => ({ rule, used: 0 }));
  const queries: UpstreamQuery[] = [];
  const sockets = new Set<Socket>();
  const udp = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  const stranger = createSocket('udp4');

  let stopped = false;
  /** At once where nothing is to pass: timers of different lengths fire in any order where the machine stood still. */
  const later: Later = (ms, work) => {
    if (ms === 0) work();
    else setTimeout(() => stopped || work(), ms);
  };

  const reactionsTo = (query: UpstreamQuery): readonly Reaction[] => {
    const found = rules.find(({ rule, used }) => used < (rule.times ?? Number.POSITIVE_INFINITY) && fits(rule, query));
    if (found === undefined) return [ordinary(query)];
    found.used += 1;
    return found.rule.react;
  };

  const react = (reaction: Reaction, asked: Uint8Array, way: Way): void => {
    switch (reaction.kind) {
      case 'silence':
        return;
      case 'close':
      case 'reset':
      case 'promise-more':
        way.end(reaction.kind);
        return;
      case 'octets':
        later(reaction.afterMs ?? 0, () => way.send(reaction.octets(asked), 'here'));
        return;
      case 'reply': {
        const { response, raw, stranger: strange, trickleMs, afterMs = 0, copies = 1 } = reaction;
        const reply = raw === undefined ? responseTo(asked, response ?? {}) : replyTo(asked, raw);
        const message = bend(reply, reaction.bend);
        const send = (): void => {
          if (trickleMs !== undefined) way.trickle(message, trickleMs);
          else for (let copy = 0; copy < copies; copy += 1) way.send(message, strange === true ? 'stranger' : 'here');
        };
        later(afterMs, send);
      }
    }
  };

  const take = (transport: 'udp' | 'tcp', bytes: Uint8Array, sourcePort: number, way: Way): void => {
    const message = readMessage(bytes);
    if (message.kind === 'malformed') throw new Error(`the server sent a malformed query: ${message.reason}`);
    const name = message.question?.name.toLowerCase() ?? '';
    const type = message.question?.type ?? '';
    const query = { transport, bytes, message, name, type, sourcePort, at: performance.now() };
    queries.push(query);
    for (const reaction of reactionsTo(query)) react(reaction, bytes, way);
  };

  udp.on('message', (bytes, peer) => {
    take('udp', new Uint8Array(bytes), peer.port, {
      send: (message, from) =>
        (from === 'here' ? udp : stranger).send(message, peer.port, peer.address, () => undefined),
      trickle: () => undefined,
      end: () => undefined,
    });
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    onMessages(socket, (message) => take('tcp', message, socket.remotePort ?? 0, tcpWay(socket, later)));
  });
  await listen(udp, port);
  await listen(tcp, port);
  await listen(stranger, 0);

  return {
    port,
    queries,
    get connections() {
      return sockets.size;
    },
    script: (...added) => void rules.unshift(...added.map((rule) => ({ rule, used: 0 }))),
    asked: (name, type) => queries.filter((one) => one.name === name && (type === undefined || one.type === type)),
    async stop() {
      stopped = true;
      for (const socket of sockets) socket.destroy();
      udp.close();
      stranger.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
};
