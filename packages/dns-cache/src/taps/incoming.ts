import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { once } from 'node:events';
import { readAuthorities, readIdentity } from '../directive/tls-files.ts';
import type { DnstapFacility } from '../plugin/facility.ts';
import { reasonOf } from '../reason.ts';
import { removeStaleSocket } from '../sockets/stale-socket.ts';
import { READER_BACKLOG_OCTETS } from './limits.ts';
import type { Log, Sink } from './sink.ts';
import type { TapStream } from './stream.ts';
import { openTapStream } from './stream.ts';

type ReadFile = (path: string) => string;

/** @throws CorefileError for a file that cannot be used; Error where there is none */
const createListener = ({ socket, identity, verifies }: DnstapFacility, readFile: ReadFile, came: (reader: Socket) => void): Server => {
  if (socket.kind !== 'tls') return createServer(came);
  if (identity === undefined) throw new Error('TLS listener requires cert and key files');
  const { certificate, key } = readIdentity(identity, readFile);
  const authorities = identity.authorities && readAuthorities(identity.authorities, readFile);
  // Who is to be known by these authorities is asked; `skipverify` has those in who show nothing.
  const asks = authorities === undefined ? {} : { ca: authorities, requestCert: true, rejectUnauthorized: verifies };
  return createTlsServer({ cert: certificate, key, minVersion: 'TLSv1.2', ...asks }, came);
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
export const createIncoming = (facility: DnstapFacility, readFile: ReadFile, log: Log): Sink => {
  const streams = new Set<TapStream>();
  let server: Server | undefined;

  const welcome = (reader: Socket): void => {
    const stream = openTapStream(reader, { ready: () => undefined, drained: () => undefined, closed: () => streams.delete(stream) });
    streams.add(stream);
  };

  const open = async (): Promise<void> => {
    try {
      server = createListener(facility, readFile, welcome);
      server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
      await listen(server, facility);
    } catch (cause) {
      log('error', `[ERROR] plugin/dnstap: Failed to start dnstap listener: ${reasonOf(cause)}`);
    }
  };
  const opening = open();

  return {
    write(payload) {
      for (const stream of streams) {
        if (!stream.isReady) continue;
        if (stream.backlogOctets > READER_BACKLOG_OCTETS) stream.destroy();
        else stream.write([payload]);
      }
    },
    async close() {
      await opening;
      await Promise.all([...streams].map((stream) => stream.end()));
      server?.close();
    },
  };
};
