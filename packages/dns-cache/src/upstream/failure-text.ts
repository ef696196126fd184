import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { FailureReason } from '../engine/effect.ts';
import type { UpstreamTransport } from '../message/link.ts';

/** Why an attempt came to nothing, in the words of Go's net package, which people search for. */
export const failureText = (
  reason: FailureReason,
  transport: UpstreamTransport,
  upstream: Endpoint,
  detail: string | undefined,
): string => {
  const network = transport === 'udp' ? 'udp' : 'tcp';
  const to = `${network} ${endpointText(upstream)}`;
  switch (reason) {
    case 'refused':
      return network === 'tcp' ? `dial ${to}: connect: connection refused` : `read ${to}: read: connection refused`;
    case 'unreachable':
      return `dial ${to}: connect: network is unreachable`;
    case 'closed':
      return 'EOF';
    case 'reset':
      return `read ${to}: read: connection reset by peer`;
    case 'timed-out':
      return `read ${to}: i/o timeout`;
    case 'no-descriptors':
      return `dial ${to}: socket: too many open files`;
    case 'http':
      return `https ${endpointText(upstream)}: ${detail ?? 'no DNS message'}`;
    case 'insecure':
      return `tls: ${detail ?? 'handshake failure'}`;
  }
};
