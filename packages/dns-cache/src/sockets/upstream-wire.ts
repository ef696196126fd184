import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Ask } from '../engine/runtime.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { failureOf, handshakeFailureOf } from './failure.ts';
import { createTlsDialler } from './tls-upstream.ts';
import type { ConnectionOptions } from './upstream-connection.ts';

/** A transport whose connections are kept for further questions. */
export type StreamTransport = Exclude<UpstreamTransport, 'udp'>;

/** How a connection to one upstream is made, when it carries messages, and what its errors mean. */
export interface Wire extends Pick<ConnectionOptions, 'ready' | 'failureOf'> {
  readonly dial: () => Socket;
}

type Route = Pick<Ask, 'upstream' | 'connection'>;

export const wireTo = ({ upstream, connection }: Route, transport: StreamTransport): Wire => {
  const { sourceAddress, tls } = connection;
  switch (transport) {
    case 'tcp': {
      const local = sourceAddress === undefined ? {} : { localAddress: sourceAddress };
      return {
        dial: () => connect({ host: upstream.address, port: upstream.port, noDelay: true, ...local }),
        ready: 'connect',
        failureOf,
      };
    }
    case 'tls': {
      // What was to be secret never goes out in the clear.
      if (tls === undefined) throw new RangeError('an upstream over TLS without settings for TLS');
      const dial = createTlsDialler(upstream, tls);
      return {
        dial: () => dial(sourceAddress),
        ready: 'secureConnect',
        failureOf: (error, isReady) => (isReady ? failureOf(error) : handshakeFailureOf(error)),
      };
    }
  }
};
