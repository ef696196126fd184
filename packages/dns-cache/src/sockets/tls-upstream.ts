import { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { Endpoint } from '../address.ts';
import type { TlsSettings } from '../engine/effect.ts';

/** Opens connections over TLS to one upstream; each resumes the session of the one before, where the server lets it. */
export type TlsDialler = (sourceAddress: string | undefined) => Socket;

/** RFC 7858, strict: without a certificate of the right name there is no connection. */
export const createTlsDialler = (upstream: Endpoint, { serverName, authorities, client }: TlsSettings): TlsDialler => {
  let session: Buffer | undefined;
  const dial: TlsDialler = (localAddress) => {
    const socket = connect({
      host: upstream.address,
      port: upstream.port,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['dot'],
      // Node takes the address for the name that the certificate must have where there is no other, as Go does.
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(authorities === undefined ? {} : { ca: authorities }),
      ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
      ...(session === undefined ? {} : { session }),
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    socket.setNoDelay(true);
    socket.on('session', (ticket) => {
      session = ticket;
    });
    return socket;
  };
  return (localAddress) => {
    try {
      return dial(localAddress);
    } catch (cause) {
      // A key that does not belong to its certificate, say: each connection fails with that.
      return new Socket().destroy(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
};
