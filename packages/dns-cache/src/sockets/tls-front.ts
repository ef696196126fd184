import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import { createServer } from 'node:tls';
import { CorefileError } from '../corefile/error.ts';
import type { ListenerTls } from '../server/listener-tls.ts';
import { detailOf } from './failure.ts';

/** RFC 7858 §3.2 and RFC 8310; the name of DNS over TLS among protocols is from RFC 7858 §6. */
const optionsOf = ({ identity, authorities, clientAuth }: ListenerTls, handshakeMs: number): TlsOptions => ({
  cert: identity.certificate,
  key: identity.key,
  ...(authorities === undefined ? {} : { ca: authorities }),
  minVersion: 'TLSv1.2',
  ALPNProtocols: ['dot'],
  requestCert: clientAuth !== 'nocert',
  rejectUnauthorized: clientAuth === 'require_and_verify',
  handshakeTimeout: handshakeMs,
});

/** Does this client show what it has to? Who must show a known certificate has been turned away before. */
const satisfies = (socket: TLSSocket, { clientAuth }: ListenerTls): boolean => {
  const hasCertificate = (): boolean => socket.getPeerX509Certificate() !== undefined;
  switch (clientAuth) {
    case 'nocert':
    case 'request':
      return true;
    case 'require':
      return hasCertificate();
    case 'verify_if_given':
      return socket.authorized || !hasCertificate();
    case 'require_and_verify':
      return socket.authorized;
  }
};

/**
 * Makes secure streams of plain ones, which are handed to it as `connection` events: it listens nowhere itself.
 * @throws CorefileError where the key does not belong to the certificate, or OpenSSL cannot read them
 */
export const createTlsFront = (
  tls: ListenerTls,
  handshakeMs: number,
  opened: (socket: TLSSocket) => void,
): Server => {
  try {
    const front = createServer(optionsOf(tls, handshakeMs), (socket) => {
      if (satisfies(socket, tls)) opened(socket);
      else socket.destroy();
    });
    // Node.js leaves the connection open when a handshake takes too long.
    front.on('tlsClientError', (_error, socket) => socket.destroy());
    return front;
  } catch (cause) {
    const reason = cause instanceof Error ? detailOf(cause) : String(cause);
    throw new CorefileError(tls.position, `could not load TLS cert: ${reason}`, 'the key must be of the certificate');
  }
};
