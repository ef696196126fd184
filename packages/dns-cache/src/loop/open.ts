import type { Endpoint } from '../address.ts';
import { encodeSocketAddress } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

/** Numbers of Linux, the same on x86-64 and arm64. */
const AF = { ipv4: 2, ipv6: 10 } as const;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

const int = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const ONE = int(1);

/**
 * Queries that come while others are answered, or the process waits for its turn: some five thousand. The kernel's own limit
 * is a tenth of a second at 3,000 a second.
 */
const RECEIVE_OCTETS = int(4 << 20);

/** Past `net.core.rmem_max` only with CAP_NET_ADMIN; else as far as that goes. */
const widen = (calls: SystemCalls, fd: number): number => {
  if (calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_OCTETS, 4) !== 0) calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_OCTETS, 4);
  return 0;
};

export type Opened =
  | { readonly kind: 'opened'; readonly fd: number }
  /** `EADDRINUSE` and the like. */
  | { readonly kind: 'failed'; readonly code: string }
  /** An address with an interface in it: not ours to use. */
  | { readonly kind: 'unsupported' };

const UNSUPPORTED: Opened = { kind: 'unsupported' };

/** A UDP socket, made ready step by step; it is closed where a step fails. */
const openDatagrams = (calls: SystemCalls, isIpv6: boolean, ...steps: readonly ((fd: number) => number)[]): Opened => {
  const fd = calls.socket(isIpv6 ? AF.ipv6 : AF.ipv4, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return { kind: 'failed', code: calls.lastError() };
  for (const step of steps) {
    if (step(fd) === 0) continue;
    const code = calls.lastError();
    calls.close(fd);
    return { kind: 'failed', code };
  }
  return { kind: 'opened', fd };
};

/** Bound; others may share its port, each with addresses of its own. */
export const openBound = (calls: SystemCalls, endpoint: Endpoint): Opened => {
  const name = encodeSocketAddress(endpoint);
  if (name === undefined) return UNSUPPORTED;
  const isIpv6 = endpoint.address.includes(':');
  return openDatagrams(
    calls,
    isIpv6,
    (fd) => calls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, ONE.length),
    (fd) => widen(calls, fd),
    (fd) => (isIpv6 ? calls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, ONE.length) : 0),
    (fd) => calls.bind(fd, name, name.length),
  );
};

/**
 * Connected, on a port that the kernel draws: takes datagrams from the peer alone, and hears ICMP errors.
 * @param sourceAddress where it is missing, routing chooses
 */
export const openConnected = (calls: SystemCalls, peer: Endpoint, sourceAddress: string | undefined): Opened => {
  const name = encodeSocketAddress(peer);
  const own = sourceAddress === undefined ? new Uint8Array(0) : encodeSocketAddress({ address: sourceAddress, port: 0 });
  if (name === undefined || own === undefined) return UNSUPPORTED;
  return openDatagrams(
    calls,
    peer.address.includes(':'),
    (fd) => (own.length === 0 ? 0 : calls.bind(fd, own, own.length)),
    (fd) => calls.connect(fd, name, name.length),
  );
};
