import type { Endpoint } from '../address.ts';
import type { Loop } from './loop.ts';
import { openConnected } from './open.ts';
import type { Stream, StreamEvents } from './stream.ts';
import { createStream } from './stream.ts';
import type { SystemCalls } from './system-calls.ts';

export interface DialOptions {
  readonly calls: SystemCalls;
  readonly loop: Loop;
  readonly peer: Endpoint;
  /** Where it is missing, routing chooses. */
  readonly sourceAddress: string | undefined;
  readonly events: StreamEvents;
}

/** A stream to a peer; `undefined` where the address is beyond our own loop. */
export const dialStream = ({ calls, loop, peer, sourceAddress, events }: DialOptions): Stream | undefined => {
  const opened = openConnected(calls, 'stream', peer, sourceAddress);
  return opened.kind === 'unsupported' ? undefined : createStream({ calls, loop, opened, isConnected: false, events });
};
