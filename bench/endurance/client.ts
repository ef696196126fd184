import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { encodeQuery, readMessage } from '@nodelocal/dns-cache';

/** A stub resolver's patience: it asks again after so long, so often. */
const TRY_MS = 2500;
const TRIES_MAX = 4;

/** Questions that one socket carries before it is replaced, so that clients' ports vary. */
const USES_MAX = 500;

export type Fate =
  | { readonly kind: 'answered'; readonly tries: number; readonly ms: number }
  /** With something else than the question has. */
  | { readonly kind: 'wrong'; readonly what: string }
  /** Nobody answered, however often it was asked. */
  | { readonly kind: 'lost' };

/** A question, and what its answer must be. */
export interface Question {
  readonly name: string;
  readonly over: 'udp' | 'tcp';
  readonly rcode: string;
  readonly address: string | undefined;
}

/** `undefined` where the answer is right. */
const faultOf = ({ name, rcode, address }: Question, answer: Uint8Array): string | undefined => {
  const message = readMessage(answer);
  if (message.kind === 'malformed') return `${name}: malformed`;
  if (message.question?.name.toLowerCase() !== `${name}.`) return `${name}: another question`;
  if (message.rcode !== rcode) return `${name}: ${message.rcode}`;
  const found = message.answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : []))[0];
  return found === address ? undefined : `${name}: ${found ?? 'no address'}`;
};

interface Carrier {
  readonly socket: Socket;
  readonly waiting: Map<number, (answer: Uint8Array) => void>;
  uses: number;
}

export interface Client {
  ask(question: Question): Promise<Fate>;
  close(): void;
}

export const createClient = (port: number): Client => {
  let carrier: Carrier | undefined;
  const carriers = new Set<Carrier>();

  const open = (): Carrier => {
    const opened: Carrier = { socket: createSocket({ type: 'udp4', recvBufferSize: 1 << 20 }), waiting: new Map(), uses: 0 };
    opened.socket.on('message', (answer) => opened.waiting.get(answer.readUInt16BE(0))?.(new Uint8Array(answer)));
    carriers.add(opened);
    return opened;
  };

  const settle = (used: Carrier, id: number): void => {
    used.waiting.delete(id);
    if (used === carrier || used.waiting.size > 0) return;
    used.socket.close();
    carriers.delete(used);
  };

  const tryUdp = (name: string): Promise<Uint8Array | undefined> => {
    if (carrier === undefined || carrier.uses >= USES_MAX) carrier = open();
    const used = carrier;
    used.uses += 1;
    const id = used.uses;
    return new Promise((resolve) => {
      const over = (answer: Uint8Array | undefined): void => {
        clearTimeout(timer);
        settle(used, id);
        resolve(answer);
      };
      const timer = setTimeout(() => over(undefined), TRY_MS);
      used.waiting.set(id, over);
      used.socket.send(encodeQuery({ id, name, type: 'A' }), port, '127.0.0.1');
    });
  };

  const tryTcp = (name: string): Promise<Uint8Array | undefined> =>
    new Promise((resolve) => {
      const message = encodeQuery({ id: 1, name, type: 'A' });
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let stream = Buffer.alloc(0);
      const over = (answer: Uint8Array | undefined): void => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(TRY_MS, () => over(undefined));
      socket.on('error', () => over(undefined));
      socket.on('close', () => over(undefined));
      socket.on('data', (octets) => {
        stream = Buffer.concat([stream, octets]);
        if (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) over(new Uint8Array(stream.subarray(2)));
      });
      socket.write(Uint8Array.of(message.length >>> 8, message.length & 255, ...message));
    });

  return {
    async ask(question) {
      const begun = performance.now();
      for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
        const answer = await (question.over === 'udp' ? tryUdp(question.name) : tryTcp(question.name));
        if (answer === undefined) continue;
        const what = faultOf(question, answer);
        return what === undefined ? { kind: 'answered', tries, ms: performance.now() - begun } : { kind: 'wrong', what };
      }
      return { kind: 'lost' };
    },
    close() {
      for (const { socket } of carriers) socket.close();
    },
  };
};
