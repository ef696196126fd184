import { connect } from 'node:net';
import type { Ask } from '../engine/runtime.ts';
import { loopOf } from '../loop/loop.ts';
import { dialStream } from '../loop/dial.ts';
import { systemCalls } from '../loop/system-calls.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { failureOf, failureOfCode, handshakeFailureOf } from './failure.ts';
import { createTlsDialler } from './tls-upstream.ts';
import type { Dial, UpstreamEvents, UpstreamStream } from './upstream-stream.ts';
import { carriedByNode } from './upstream-stream.ts';

/** A transport whose connections are kept for further questions. */
export type StreamTransport = Exclude<UpstreamTransport, 'udp' | 'https'>;

type Route = Pick<Ask, 'upstream' | 'connection'>;

/** By our own loop; `undefined` where that is not possible. */
const carriedByUs = ({ upstream, connection: { sourceAddress } }: Route, events: UpstreamEvents): UpstreamStream | undefined => {
  const calls = systemCalls();
  if (calls === undefined) return undefined;
  const stream = dialStream({
    calls,
    loop: loopOf(calls),
    peer: upstream,
    sourceAddress,
    events: {
      ...events,
      // Who ends has said all that there was.
      ended: () => stream?.destroy(),
      blocked: () => undefined,
      drained: () => undefined,
      failed: (code) => events.failed(failureOfCode(code)),
    },
  });
  return stream;
};

/** How streams to an upstream come about. */
export const wireTo = (route: Route, transport: StreamTransport): Dial => {
  const { upstream, connection } = route;
  const { sourceAddress, tls } = connection;
  switch (transport) {
    case 'tcp': {
      const local = sourceAddress === undefined ? {} : { localAddress: sourceAddress };
      return (events) =>
        carriedByUs(route, events) ??
        carriedByNode(connect({ host: upstream.address, port: upstream.port, noDelay: true, ...local }), 'connect', failureOf, events);
    }
    case 'tls': {
      // What was to be secret never goes out in the clear.
      if (tls === undefined) throw new RangeError('an upstream over TLS without settings for TLS');
      const dial = createTlsDialler(upstream, tls);
      const failureOfTls = (error: NodeJS.ErrnoException, isReady: boolean) => (isReady ? failureOf(error) : handshakeFailureOf(error));
      return (events) => carriedByNode(dial(sourceAddress), 'secureConnect', failureOfTls, events);
    }
  }
};
