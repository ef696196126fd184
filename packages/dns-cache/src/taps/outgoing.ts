import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DnstapFacility } from '../plugin/facility.ts';
import { GATHER_MS, LOOK_EVERY_MS } from './limits.ts';
import type { Log, Sink } from './sink.ts';
import type { TapStream } from './stream.ts';
import { openTapStream } from './stream.ts';

const dial = ({ socket, verifies }: DnstapFacility): { readonly connection: Socket; readonly ready: 'connect' | 'secureConnect' } => {
  switch (socket.kind) {
    case 'unix':
      return { connection: connect({ path: socket.path }), ready: 'connect' };
    case 'tcp':
      return { connection: connect({ host: socket.endpoint.address, port: socket.endpoint.port }), ready: 'connect' };
    case 'tls': {
      const { address: host, port } = socket.endpoint;
      return { connection: connectTls({ host, port, minVersion: 'TLSv1.2', rejectUnauthorized: verifies }), ready: 'secureConnect' };
    }
  }
};

/** Goes to a reader, again and again where it is not there; messages wait meanwhile, as many as may (CoreDNS plugin/dnstap/io.go). */
export const createOutgoing = (facility: DnstapFacility, log: Log, lookEveryMs = LOOK_EVERY_MS): Sink => {
  const { bufferOctets, queueMessages } = facility;
  let queue: Uint8Array[] = [];
  let dropped = 0;
  let stream: TapStream | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let isClosed = false;

  const flush = (): void => {
    clearTimeout(gathering);
    gathering = undefined;
    if (stream?.isReady !== true || queue.length === 0 || stream.backlogOctets > bufferOctets) return;
    stream.write(queue);
    queue = [];
  };

  const go = (): void => {
    const { connection, ready } = dial(facility);
    let wasReady = false;
    const lost = (reason: string): void => {
      stream = undefined;
      if (isClosed) return;
      // One that was there may be back at once; one that is not there is looked for now and then.
      if (wasReady) go();
      else log('error', `[ERROR] plugin/dnstap: No connection to dnstap endpoint: ${reason}`);
    };
    const refuse = (error: Error): void => lost(error.message);
    connection.once('error', refuse);
    connection.once(ready, () => {
      connection.removeListener('error', refuse);
      stream = openTapStream(connection, {
        ready() {
          wasReady = true;
          flush();
        },
        drained: flush,
        closed: lost,
      });
    });
  };

  const look = setInterval(() => {
    if (dropped > 0) log('warning', `[WARNING] plugin/dnstap: Dropped dnstap messages: ${dropped}`);
    dropped = 0;
    if (stream === undefined) go();
  }, lookEveryMs).unref();
  go();

  return {
    write(payload) {
      if (queue.length >= queueMessages) {
        dropped += 1;
        return;
      }
      queue.push(payload);
      gathering ??= setTimeout(flush, GATHER_MS);
    },
    async close() {
      isClosed = true;
      clearInterval(look);
      flush();
      await stream?.end();
    },
  };
};
