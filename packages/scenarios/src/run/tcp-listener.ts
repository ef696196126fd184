import type { Address, Packet, TcpPacket } from '@nodelocal/netfilter-sim';
import { resetFor } from '../network/tcp.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import type { End } from './packets.ts';
import { opensTcp, tcpPacket } from './packets.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { acceptTcp } from './tcp-connection.ts';

export interface TcpListenerOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  readonly send: (here: End, packet: Packet) => void;
  /** A DNS message came; `answer` sends one back. */
  readonly receive: (here: End, there: End, message: Uint8Array, answer: (message: Uint8Array) => void) => void;
}

/** Who takes connections over TCP, at whatever address packets come to. */
export interface TcpListener {
  take(here: End, there: End, packet: TcpPacket): void;
  /** Ends all in good order. */
  close(): void;
  /** Knows of none at this address any more. */
  forget(address: Address): void;
}

export const createTcpListener = ({ clock, draw, send, receive }: TcpListenerOptions): TcpListener => {
  const connections = new Map<string, TcpConnection>();
  return {
    take(here, there, packet) {
      const key = `${there.address} ${there.port} ${here.address}`;
      const earlier = connections.get(key);
      // A port may be used again.
      const known = earlier !== undefined && !earlier.isOpen && opensTcp(packet) ? undefined : earlier;
      if (known === undefined && !opensTcp(packet)) {
        const reset = resetFor(packet);
        if (reset !== undefined) send(here, tcpPacket(here, there, reset));
        return;
      }
      const connection: TcpConnection =
        known ??
        acceptTcp({
          clock,
          here,
          there,
          sequence: draw(2 ** 32),
          emit: (segment) => send(here, segment),
          receive: (message) => receive(here, there, message, (answer) => connection.send(answer)),
          ended: () => undefined,
        });
      connections.set(key, connection);
      connection.take(packet);
    },
    close() {
      for (const connection of connections.values()) connection.close();
    },
    forget(address) {
      for (const key of connections.keys()) if (key.endsWith(` ${address}`)) connections.delete(key);
    },
  };
};
