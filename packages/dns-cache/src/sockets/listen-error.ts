import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Link } from '../message/link.ts';
import { codeOf, reasonOf } from '../reason.ts';

/** What to change where an address cannot be had. */
export interface ListenMend {
  /** Where another port is said. */
  readonly port: string;
  /** Where another address is said. */
  readonly address: string;
}

const DNS_MEND: ListenMend = { port: 'choose another port with -dns.port', address: 'change `bind`' };

const reasonFor = (cause: unknown, mend: ListenMend): string => {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return `address already in use (stop the server that has it, or ${mend.port})`;
    case 'EACCES':
      return `permission denied (ports below 1024 need CAP_NET_BIND_SERVICE; ${mend.port})`;
    case 'EADDRNOTAVAIL':
      return `no interface has this address (add it, or ${mend.address})`;
    case 'EMFILE':
      return 'too many open files (raise ulimit -n)';
    default:
      return reasonOf(cause);
  }
};

/**
 * An address that cannot be listened on: the machine is set up otherwise than the Corefile says. `cause` is what the system threw;
 * `mend` says what to do about an address in use.
 */
export class ListenError extends Error {
  /** The system's name for the reason, `EADDRINUSE`. */
  readonly code: string;

  constructor(endpoint: Endpoint, link: Link['kind'], cause: unknown, mend = DNS_MEND) {
    super(`cannot listen on ${endpointText(endpoint)} over ${link.toUpperCase()}: ${reasonFor(cause, mend)}`, { cause });
    this.name = 'ListenError';
    this.code = codeOf(cause);
  }
}

/** The same, of what a system call of our own said. */
export const listenErrorOf = (endpoint: Endpoint, link: Link['kind'], code: string): ListenError =>
  new ListenError(endpoint, link, Object.assign(new Error(code), { code }));

/** A socket in the file system, at `path`, that cannot be made; `cause` is what the system threw. */
export class SocketFileError extends Error {
  constructor(path: string, cause: unknown) {
    const reason = codeOf(cause) === 'ENOENT' ? 'no such folder' : reasonOf(cause);
    super(`cannot listen on ${path}: ${reason}`, { cause });
    this.name = 'SocketFileError';
  }
}
