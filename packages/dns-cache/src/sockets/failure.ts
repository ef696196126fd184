import type { FailureReason } from '../engine/effect.ts';

/** What a socket's error means for the exchange that used it. */
export const failureReason = (error: NodeJS.ErrnoException): FailureReason => {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EINVAL':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timed-out';
    case undefined:
    default:
      return 'closed';
  }
};
