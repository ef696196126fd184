import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DnstapFacility } from '../plugin/facility.ts';
import { GATHER_MS, HANDSHAKE_MS, LOOK_EVERY_MS } from './limits.ts';
import { withPlace } from './place.ts';
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
export const createOutgoing = (facility: DnstapFacility, log: Log, lookEveryMs = LOOK_EVERY_MS, patienceMs = HANDSHAKE_MS): Sink => {
  const { bufferOctets, queueMessages } = facility;
  let queue: Uint8Array[] = [];
  let dropped = 0;
  /** There as long as one is asked for, or is there. */
  let connection: Socket | undefined;
  let stream: TapStream | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** What was said last of why nobody is there: once is enough. */
  let told = '';

  const flush = (): void => {
    clearTimeout(gathering);
    gathering = undefined;
    if (stream?.isReady !== true || queue.length === 0 || stream.backlogOctets > bufferOctets) return;
    stream.write(queue);
    queue = [];
  };

  const complain = (reason: string): void => {
    if (reason !== told) log('error', `[ERROR] plugin/dnstap: No connection to dnstap endpoint: ${withPlace(reason, facility)}`);
    told = reason;
  };

  const go = (): void => {
    const { connection: ours, ready } = dial(facility);
    connection = ours;
    let readyAt = Infinity;
    const lost = (reason: string): void => {
      stream = undefined;
      connection = undefined;
      if (isClosed) return;
      // One that was there for long may be back at once; any other is looked for now and then.
      if (performance.now() - readyAt >= lookEveryMs) go();
      else complain(reason);
    };
    const patience = setTimeout(() => ours.destroy(new Error('nobody has answered')), patienceMs).unref();
    const refuse = (error: Error): void => {
      clearTimeout(patience);
      lost(error.message);
    };
    ours.once('error', refuse);
    ours.once(ready, () => {
      clearTimeout(patience);
      ours.removeListener('error', refuse);
      stream = openTapStream(ours, {
        ready() {
          readyAt = performance.now();
          told = '';
          flush();
        },
        drained: flush,
        closed: lost,
      });
    });
  };

  const tellDropped = (): void => {
    if (dropped > 0) log('warning', `[WARNING] plugin/dnstap: Dropped dnstap messages: ${dropped}`);
    dropped = 0;
  };

  const look = setInterval(() => {
    tellDropped();
    if (connection === undefined) go();
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
      dropped += queue.length;
      tellDropped();
      await stream?.end();
      connection?.destroy();
    },
  };
};
