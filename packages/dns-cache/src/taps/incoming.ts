import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { once } from 'node:events';
import { readAuthorities, readIdentity } from '../directive/tls-files.ts';
import type { DnstapFacility } from '../plugin/facility.ts';
import { reasonOf } from '../reason.ts';
import { removeStaleSocket } from '../sockets/stale-socket.ts';
import { HANDSHAKE_MS, LOOK_EVERY_MS, READER_BACKLOG_OCTETS } from './limits.ts';
import type { Log, Sink } from './sink.ts';
import type { TapStream } from './stream.ts';
import { openTapStream } from './stream.ts';
import { socketPlace, withPlace } from './place.ts';

type ReadFile = (path: string) => string;

/** @throws CorefileError for a file that cannot be used; Error where there is none */
const createListener = ({ socket, identity, verifies }: DnstapFacility, readFile: ReadFile, came: (reader: Socket) => void): Server => {
  if (socket.kind !== 'tls') return createServer(came);
  if (identity === undefined) throw new Error('TLS listener requires cert and key files');
  const { certificate, key } = readIdentity(identity, readFile);
  const authorities = identity.authorities && readAuthorities(identity.authorities, readFile);
  // Who is to be known by these authorities is asked; `skipverify` has those in who show nothing.
  const asks = authorities === undefined ? {} : { ca: authorities, requestCert: true, rejectUnauthorized: verifies };
  return createTlsServer({ cert: certificate, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS, ...asks }, came);
};

const listen = async (server: Server, { socket }: DnstapFacility): Promise<void> => {
  if (socket.kind === 'unix') {
    await removeStaleSocket(socket.path);
    server.listen(socket.path);
  } else {
    const { address, port } = socket.endpoint;
    server.listen({ port, ...(address === '' ? {} : { host: address }) });
  }
  await once(server, 'listening');
};

/** Waits for readers; each is told what comes while it is there, and one that is too slow is let go (CoreDNS plugin/dnstap/listener.go). */
export const createIncoming = (facility: DnstapFacility, readFile: ReadFile, log: Log, lookEveryMs = LOOK_EVERY_MS): Sink => {
  const streams = new Set<TapStream>();
  let server: Server | undefined;
  let look: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** What was said last of why nobody can come: once is enough. */
  let told = '';

  const welcome = (reader: Socket): void => {
    // Whose handshake was under way when we closed.
    if (isClosed) {
      reader.destroy();
      return;
    }
    const stream = openTapStream(reader, { ready: () => undefined, drained: () => undefined, closed: () => streams.delete(stream) });
    streams.add(stream);
  };

  const open = async (): Promise<void> => {
    try {
      const opened = createListener(facility, readFile, welcome);
      opened.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
      await listen(opened, facility);
      server = opened;
    } catch (cause) {
      const reason = reasonOf(cause);
      if (reason !== told) log('error', `[ERROR] plugin/dnstap: Failed to start dnstap listener: ${withPlace(reason, facility)}`);
      told = reason;
      // Who has the place may go: a configuration before this one, too.
      look = setTimeout(() => (opening = open()), lookEveryMs).unref();
    }
  };
  let opening = open();

  const letGo = (stream: TapStream): void => {
    log('warning', `[WARNING] plugin/dnstap: a reader has lost its connection to ${socketPlace(facility)}: it is too slow`);
    stream.destroy();
  };

  return {
    write(payload) {
      for (const stream of streams) {
        if (!stream.isReady) continue;
        if (stream.backlogOctets > READER_BACKLOG_OCTETS) letGo(stream);
        else stream.write([payload]);
      }
    },
    async close() {
      isClosed = true;
      await opening;
      clearTimeout(look);
      // Before those that are there hear of the end: who comes meanwhile would never.
      server?.close();
      await Promise.all([...streams].map((stream) => stream.end()));
    },
  };
};
