import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { framed } from '../../support/loopback.ts';
import type { AskedQuery, ShownAnswer } from '../conversation.ts';
import { queryOctets } from '../query.ts';
import { show } from '../show.ts';
import { onMessages } from '../../support/messages-of-stream.ts';

const HERE = '127.0.0.1';

/** Asks, from the query's own address; what came, or in words why nothing did. */
export const ask = (asked: AskedQuery, port: number, patienceMs: number): Promise<ShownAnswer> =>
  asked.proto === 'tcp' ? askOverTcp(asked, port, patienceMs) : askOverUdp(asked, port, patienceMs);

const askOverUdp = (asked: AskedQuery, port: number, patienceMs: number): Promise<ShownAnswer> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: ShownAnswer): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end('no answer'), patienceMs);
    socket.once('message', (message) => end(show(new Uint8Array(message))));
    socket.once('error', () => end('port unreachable'));
    socket.bind(0, asked.from ?? HERE, () => socket.connect(port, HERE, () => socket.send(queryOctets(asked))));
  });

const askOverTcp = (asked: AskedQuery, port: number, patienceMs: number): Promise<ShownAnswer> =>
  new Promise((resolve) => {
    const stream = connect({ host: HERE, port, localAddress: asked.from ?? HERE, noDelay: true });
    const end = (answer: ShownAnswer): void => {
      clearTimeout(timer);
      stream.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end('no answer'), patienceMs);
    onMessages(stream, (message) => end(show(message)));
    stream.once('connect', () => stream.write(framed(queryOctets(asked))));
    stream.once('error', () => end('closed'));
    stream.once('close', () => end('closed'));
  });
