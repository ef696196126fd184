import type { Endpoint } from '../../address.ts';
import { encodeSocketAddress } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

/** Numbers of Linux, the same on x86-64 and arm64. */
const AF = { ipv4: 2, ipv6: 10 } as const;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

const ONE = Uint8Array.of(1, 0, 0, 0);

export type Opened =
  | { readonly kind: 'opened'; readonly fd: number }
  /** `EADDRINUSE` and the like. */
  | { readonly kind: 'failed'; readonly code: string }
  /** An address with an interface in it: not ours to bind. */
  | { readonly kind: 'unsupported' };

/** A bound UDP socket whose descriptor is known; others may share its port, each with addresses of its own. */
export const openBound = (calls: SystemCalls, endpoint: Endpoint): Opened => {
  const name = encodeSocketAddress(endpoint);
  if (name === undefined) return { kind: 'unsupported' };
  const ipv6 = endpoint.address.includes(':');
  const fd = calls.socket(ipv6 ? AF.ipv6 : AF.ipv4, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return { kind: 'failed', code: calls.lastError() };
  calls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, ONE.length);
  if (ipv6) calls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, ONE.length);
  if (calls.bind(fd, name, name.length) === 0) return { kind: 'opened', fd };
  const code = calls.lastError();
  calls.close(fd);
  return { kind: 'failed', code };
};
