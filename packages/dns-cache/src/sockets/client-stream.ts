import type { Socket } from 'node:net';
import type { Endpoint } from '../address.ts';
import { loopOf } from '../loop/loop.ts';
import type { Stream, StreamEvents } from '../loop/stream.ts';
import { createStream } from '../loop/stream.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { yieldToNode } from './node-turn.ts';
import { peerOf } from './peer.ts';

/** What a client does to its connection; nothing after `closed`. */
export type ClientEvents = Pick<StreamEvents, 'heard' | 'ended' | 'blocked' | 'drained' | 'closed'>;

/** A client's connection, whoever carries it. */
export interface ClientStream extends Omit<Stream, 'acknowledge'> {
  readonly client: Endpoint;
  /** The address and port that it connected to. */
  readonly local: Endpoint;
}

/** One that Node.js carries. */
export const clientOnNode = (socket: Socket, eventsOf: (stream: ClientStream) => ClientEvents): void => {
  const stream: ClientStream = {
    client: peerOf(socket.remoteAddress, socket.remotePort),
    local: peerOf(socket.localAddress, socket.localPort),
    write(octets) {
      if (!socket.write(octets)) events.blocked();
      yieldToNode();
    },
    get unsentOctets() {
      return socket.writableLength;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end() {
      socket.end();
      yieldToNode();
    },
    destroySoon() {
      socket.destroySoon();
      yieldToNode();
    },
    destroy() {
      socket.destroy();
      yieldToNode();
    },
    get isDestroyed() {
      return socket.destroyed;
    },
  };
  const events = eventsOf(stream);
  socket.on('data', events.heard);
  socket.on('end', events.ended);
  socket.on('drain', events.drained);
  socket.on('error', () => socket.destroy());
  socket.on('close', events.closed);
};

/** One that our own loop carries, over a socket that was accepted. */
export const clientOnLoop = (
  calls: SystemCalls,
  fd: number,
  { client, local }: Pick<ClientStream, 'client' | 'local'>,
  eventsOf: (stream: ClientStream) => ClientEvents,
): void => {
  const stream = createStream({
    calls,
    loop: loopOf(calls),
    opened: { kind: 'opened', fd },
    isConnected: true,
    events: {
      ready: () => undefined,
      heard: (octets) => events.heard(octets),
      ended: () => events.ended(),
      blocked: () => events.blocked(),
      drained: () => events.drained(),
      failed: () => undefined,
      closed: () => events.closed(),
    },
  });
  const events = eventsOf(Object.assign(stream, { client, local }));
};
