import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { isIpv6 } from '../address.ts';
import type { Ask, ExchangeEvent } from '../engine/runtime.ts';
import { failureOf } from './failure.ts';

/** A question that is under way. */
export interface UpstreamExchange {
  close(): void;
  /** It is silent: its connection, where it has one, may be dead, and takes no more questions unless it is heard of again. */
  suspect(): void;
}

/** There is no connection that could be dead. */
export const nothingToSuspect = (): void => undefined;

/**
 * One question over a socket of its own: the kernel gives it a port that a forger has to guess (RFC 5452 §9.2), and,
 * connected, it takes datagrams from the upstream alone and hears ICMP errors.
 */
export const askUdp = (
  { upstream, message, connection: { sourceAddress } }: Pick<Ask, 'upstream' | 'message' | 'connection'>,
  heard: (event: ExchangeEvent) => void,
): UpstreamExchange => {
  const socket: Socket = createSocket(isIpv6(upstream) ? 'udp6' : 'udp4');
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    socket.close();
  };
  const fail = (error: Error): void => {
    if (closed) return;
    close();
    heard({ kind: 'failure', ...failureOf(error) });
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => {
    if (!closed) heard({ kind: 'reply', message: new Uint8Array(bytes) });
  });
  if (sourceAddress !== undefined) socket.bind({ address: sourceAddress, port: 0, exclusive: true });
  socket.connect(upstream.port, upstream.address, (error?: Error) => {
    if (error !== undefined) fail(error);
    else if (!closed) socket.send(message, (failed) => failed && fail(failed));
  });
  return { close, suspect: nothingToSuspect };
};
