import type { Endpoint } from '../address.ts';
import { isIpv6 } from '../address.ts';
import { hasInherited, inheritedCopy } from './inherited.ts';
import { encodeSocketAddress } from './socket-address.ts';
import type { SystemCalls } from './system-calls.ts';

/** Numbers of Linux, the same on x86-64 and arm64. */
const AF = { ipv4: 2, ipv6: 10 } as const;
const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const SOCK = { stream: 1 | NONBLOCK_CLOEXEC, dgram: 2 | NONBLOCK_CLOEXEC } as const;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;
const SO_REUSEPORT = 15;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;

const int = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const ONE = int(1);
const ZERO = int(0);

/**
 * Queries that come while others are answered, or the process waits for its turn: some 2,600. The kernel's own limit is a
 * tenth of a second at 3,000 a second; what is more than this would only be answered late.
 */
const RECEIVE_OCTETS = int(2 << 20);

/** Past `net.core.rmem_max` only with CAP_NET_ADMIN; else as far as that goes. */
const widen = (calls: SystemCalls, fd: number): number => {
  if (calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_OCTETS, 4) !== 0) calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_OCTETS, 4);
  return 0;
};

export type Opened =
  /** `isInherited`: others have the same socket. */
  | { readonly kind: 'opened'; readonly fd: number; readonly isInherited: boolean }
  /** `EADDRINUSE` and the like. */
  | { readonly kind: 'failed'; readonly code: string }
  /** An address with an interface in it: not ours to use. */
  | { readonly kind: 'unsupported' };

const UNSUPPORTED: Opened = { kind: 'unsupported' };

/** A socket, made ready step by step; it is closed where a step fails. */
const open = (calls: SystemCalls, type: keyof typeof SOCK, overIpv6: boolean, ...steps: readonly ((fd: number) => number)[]): Opened => {
  const fd = calls.socket(overIpv6 ? AF.ipv6 : AF.ipv4, SOCK[type], 0);
  if (fd < 0) return { kind: 'failed', code: calls.lastError() };
  for (const step of steps) {
    if (step(fd) === 0) continue;
    const code = calls.lastError();
    // A stream is connected later.
    if (code === 'EINPROGRESS') continue;
    calls.close(fd);
    return { kind: 'failed', code };
  }
  return { kind: 'opened', fd, isInherited: false };
};

/** Others of the same user may bind to the same address and port. */
export const sharePort = (calls: SystemCalls) => (fd: number): number => calls.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, ONE, ONE.length);

/** Sockets that were inherited keep others from their port unless all share it. */
const besideInherited = (calls: SystemCalls) => (fd: number): number => (hasInherited() ? sharePort(calls)(fd) : 0);

/** The inherited one where there is one. */
const takeInherited = (calls: SystemCalls, transport: 'udp' | 'tcp', endpoint: Endpoint): Opened | undefined => {
  const fd = inheritedCopy(calls, transport, endpoint);
  if (fd === undefined) return undefined;
  return fd < 0 ? { kind: 'failed', code: calls.lastError() } : { kind: 'opened', fd, isInherited: true };
};

/** Bound, for UDP, behind further steps; others may share its port, each with addresses of its own. */
export const openBound = (calls: SystemCalls, endpoint: Endpoint, ...steps: readonly ((fd: number) => number)[]): Opened => {
  const name = encodeSocketAddress(endpoint);
  if (name === undefined) return UNSUPPORTED;
  const inherited = takeInherited(calls, 'udp', endpoint);
  if (inherited !== undefined) return inherited;
  return open(
    calls,
    'dgram',
    isIpv6(endpoint),
    besideInherited(calls),
    (fd) => calls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, ONE.length),
    (fd) => widen(calls, fd),
    (fd) => (isIpv6(endpoint) ? calls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, ONE.length) : 0),
    ...steps,
    (fd) => calls.bind(fd, name, name.length),
  );
};

/** Connections that the kernel holds until they are taken. */
const BACKLOG = 511;

/** Listens for connections, behind further steps; at `::` for those of IPv4 too, unless `overIpv6Alone`. */
export const openListening = (
  calls: SystemCalls,
  endpoint: Endpoint,
  overIpv6Alone: boolean,
  ...steps: readonly ((fd: number) => number)[]
): Opened => {
  const name = encodeSocketAddress(endpoint);
  if (name === undefined) return UNSUPPORTED;
  const inherited = takeInherited(calls, 'tcp', endpoint);
  if (inherited !== undefined) return inherited;
  return open(
    calls,
    'stream',
    isIpv6(endpoint),
    besideInherited(calls),
    ...steps,
    (fd) => calls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, ONE.length),
    (fd) => (isIpv6(endpoint) ? calls.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, overIpv6Alone ? ONE : ZERO, ONE.length) : 0),
    // Connections have it from here.
    (fd) => calls.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length),
    (fd) => calls.bind(fd, name, name.length),
    (fd) => calls.listen(fd, BACKLOG),
  );
};

/**
 * Connected, on a port that the kernel draws. Over UDP it takes datagrams from the peer alone, and hears ICMP errors; over TCP
 * the connection comes about later.
 * @param sourceAddress where it is missing, routing chooses
 */
export const openConnected = (calls: SystemCalls, type: keyof typeof SOCK, peer: Endpoint, sourceAddress: string | undefined): Opened => {
  const name = encodeSocketAddress(peer);
  const own = sourceAddress === undefined ? new Uint8Array(0) : encodeSocketAddress({ address: sourceAddress, port: 0 });
  if (name === undefined || own === undefined) return UNSUPPORTED;
  return open(
    calls,
    type,
    isIpv6(peer),
    (fd) => (type === 'stream' ? calls.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length) : 0),
    (fd) => (own.length === 0 ? 0 : calls.bind(fd, own, own.length)),
    (fd) => calls.connect(fd, name, name.length),
  );
};

const TCP_QUICKACK = 12;

/** Says at once that what has come is here: who sends in small pieces, and waits for that, goes on (RFC 1122 §4.2.3.2, RFC 896). */
export const acknowledge = (calls: SystemCalls, fd: number): void => void calls.setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, ONE, ONE.length);

const SO_ERROR = 4;

/** How connecting went: `ECONNREFUSED` and the like, or `undefined` where all is well. */
export const connectError = (calls: SystemCalls, fd: number): string | undefined => {
  const errno = new Int32Array(1);
  if (calls.getsockopt(fd, SOL_SOCKET, SO_ERROR, errno, Int32Array.of(4)) !== 0) return calls.lastError();
  return errno[0] === undefined || errno[0] === 0 ? undefined : calls.errorName(errno[0]);
};
