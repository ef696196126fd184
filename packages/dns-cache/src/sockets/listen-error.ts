import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Link } from '../message/link.ts';
import { reasonOf } from '../reason.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use (stop the server that has it, or choose another port with -dns.port)',
  EACCES: 'permission denied (ports below 1024 need CAP_NET_BIND_SERVICE; choose another with -dns.port)',
  EADDRNOTAVAIL: 'no interface has this address (add it, or change `bind`)',
};

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';

/** An address that cannot be listened on: the machine is set up otherwise than the Corefile says. */
export class ListenError extends Error {
  /** The system's name for the reason, `EADDRINUSE`. */
  readonly code: string;

  constructor(endpoint: Endpoint, link: Link['kind'], cause: unknown) {
    const code = codeOf(cause);
    const reason = REASONS[code] ?? reasonOf(cause);
    super(`cannot listen on ${endpointText(endpoint)} over ${link.toUpperCase()}: ${reason}`, { cause });
    this.name = 'ListenError';
    this.code = code;
  }
}

/** A socket in the file system that cannot be made. */
export class SocketFileError extends Error {
  constructor(path: string, cause: unknown) {
    const taken = codeOf(cause) === 'EADDRINUSE';
    const reason = taken ? 'it is there already (remove it if no server has it)' : String(cause);
    super(`cannot listen on ${path}: ${reason}`, { cause });
    this.name = 'SocketFileError';
  }
}
