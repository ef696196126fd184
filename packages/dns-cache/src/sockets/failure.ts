import type { FailureReason } from '../engine/effect.ts';

/** What a socket's error means for the exchange that used it. */
export interface Failure {
  readonly reason: FailureReason;
  /** The library's own words, where they say more than the reason. */
  readonly detail?: string;
}

export const failureOf = ({ code }: NodeJS.ErrnoException): Failure => failureOfCode(code);

/** @param code `ECONNREFUSED` and the like */
export const failureOfCode = (code: string | undefined): Failure => {
  switch (code) {
    case 'ECONNREFUSED':
      return { reason: 'refused' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EINVAL':
      return { reason: 'unreachable' };
    case 'ETIMEDOUT':
      return { reason: 'timed-out' };
    case 'ECONNRESET':
    case 'EPIPE':
      return { reason: 'reset' };
    case 'EMFILE':
    case 'ENFILE':
      return { reason: 'no-descriptors' };
    case undefined:
    default:
      return { reason: 'closed' };
  }
};

/** OpenSSL's errors have their reason beside a message with line ends and the names of its source files. */
export const detailOf = (error: Error): string =>
  'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;

/** The same before a TLS session stands: what is no error of the network is one of certificates or of the protocol. */
export const handshakeFailureOf = (error: NodeJS.ErrnoException): Failure => {
  const failure = failureOf(error);
  return failure.reason === 'closed' ? { reason: 'insecure', detail: detailOf(error) } : failure;
};
