import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import { isIpv6 } from '../address.ts';
import type { AnswerMemory } from '../message/answer-hit.ts';
import { UDP_PAYLOAD_OURS } from '../message/limits.ts';
import { copyOctets } from '../message/octets.ts';
import { ListenError } from './listen-error.ts';
import { peerOf } from './peer.ts';
import type { BoundSocket } from './listener.ts';

const drop = (): void => undefined;

const into: AnswerMemory = { octets: new Uint8Array(UDP_PAYLOAD_OURS), start: 0 };

/** A socket of Node's own loop, which takes one datagram at a time. @throws ListenError */
export const bindOnNode = async (endpoint: Endpoint): Promise<BoundSocket> => {
  const type = isIpv6(endpoint) ? 'udp6' : 'udp4';
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' });
  const listening = once(socket, 'listening');
  socket.bind(endpoint.port, endpoint.address);
  try {
    await listening;
  } catch (cause) {
    socket.close();
    throw new ListenError(endpoint, 'udp', cause);
  }
  // An ICMP error about an earlier answer; the socket goes on.
  socket.on('error', () => undefined);
  const { address } = peerOf(socket.address().address, endpoint.port);
  const local = { address, port: endpoint.port };
  // Nobody can be told that an answer did not go out; the client asks again.
  const send = (client: Endpoint, message: Uint8Array): void => socket.send(message, client.port, client.address, () => undefined);
  return {
    address,
    listen({ answerAtOnce, receive }) {
      socket.on('message', (message, peer) => {
        const receivedAt = performance.now();
        const client = peerOf(peer.address, peer.port);
        const length = answerAtOnce({ client, local, receivedAt, message, into });
        // A copy: it may be sent later.
        if (length > 0) send(client, copyOctets(into.octets, 0, length));
        else if (length === 0) receive({ client, local, receivedAt, message, answer: (bytes) => send(client, bytes), drop });
      });
    },
    pause() {
      socket.removeAllListeners('message');
    },
    close() {
      socket.close();
    },
  };
};
