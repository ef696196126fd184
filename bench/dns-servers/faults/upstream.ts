import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';

const HEADER_OCTETS = 12;
const RESPONSE_FLAGS = 0x8180;

/** Whatever is asked, 127.0.0.1, for a minute. */
const RECORD = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);

/** The same, cut within its data. */
const BROKEN_RECORD = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 9, 127]);

const questionEnd = (query: Buffer): number => {
  let at = HEADER_OCTETS;
  while (query.readUInt8(at) !== 0) at += query.readUInt8(at) + 1;
  return at + 5;
};

const answerTo = (query: Buffer, record: Buffer): Buffer => {
  const answer = Buffer.concat([query.subarray(0, questionEnd(query)), record]);
  answer.writeUInt16BE(RESPONSE_FLAGS, 2);
  answer.writeUInt16BE(1, 6);
  answer.writeUInt16BE(0, 10);
  return answer;
};

/** What an upstream does with what it is asked; a TCP connection may end behind each of its answers. */
interface Manner {
  readonly holds?: true;
  readonly breaksDatagrams?: true;
  readonly closesEach?: true;
}

export interface ScriptedUpstream {
  readonly port: number;
  /** How often it was asked. */
  readonly asked: number;
  /** From now on it does this. */
  behave(manner: Manner): void;
  /** Answers all that it holds. */
  release(): void;
  stop(): void;
}

/** An upstream over UDP and TCP in this process. */
export const startScripted = async (port: number): Promise<ScriptedUpstream> => {
  let manner: Manner = {};
  let asked = 0;
  let held: (() => void)[] = [];
  const connections = new Set<Socket>();

  const take = (answer: () => void): void => {
    asked += 1;
    if (manner.holds) held.push(answer);
    else answer();
  };

  const udp = createSocket('udp4').bind(port, '127.0.0.1');
  udp.on('message', (query, { address, port: to }) => {
    take(() => udp.send(answerTo(query, manner.breaksDatagrams ? BROKEN_RECORD : RECORD), to, address));
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    let stream = Buffer.alloc(0);
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
    socket.on('data', (octets) => {
      stream = Buffer.concat([stream, octets]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
        const end = 2 + stream.readUInt16BE(0);
        const answer = answerTo(stream.subarray(2, end), RECORD);
        stream = stream.subarray(end);
        take(() => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          if (manner.closesEach) socket.end(Buffer.concat([length, answer]));
          else socket.write(Buffer.concat([length, answer]));
        });
        if (manner.closesEach) return;
      }
    });
  }).listen(port, '127.0.0.1');
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);

  return {
    port,
    get asked() {
      return asked;
    },
    behave(next) {
      manner = next;
    },
    release() {
      for (const answer of held) answer();
      held = [];
    },
    stop() {
      udp.close();
      tcp.close();
      for (const socket of connections) socket.destroy();
    },
  };
};
