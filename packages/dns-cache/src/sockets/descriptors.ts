import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { TCP_CONNECTIONS_MAX } from './limits.ts';

/** The file descriptors of this process. */
export interface Descriptors {
  /** How many there can be (`ulimit -n`). */
  readonly most: number;
  /** How many are open now. */
  readonly inUse: number;
}

/** Sockets to upstreams: where our own loop is not to be had, each question over UDP has one. */
const KEPT_BACK_MAX = 256;

/** With fewer left there is no serving: half of them are for clients, the other for upstreams, pages and files. */
const LEFT_MIN = 48;

const PAGE_READERS_MAX = 64;
const PAGE_READERS_MIN = 4;

/** A process that may open too few files to serve. */
export class DescriptorError extends Error {
  constructor({ most, inUse }: Descriptors) {
    super(`too few open files: ${inUse} of ${most} are in use before the first query (raise ulimit -n to ${inUse + LEFT_MIN} at least)`);
    this.name = 'DescriptorError';
  }
}

/**
 * How many connections all clients of all listeners may have over TCP and TLS: they cannot take what upstreams, pages and
 * files need.
 * @param descriptors before the first client; `undefined` where nobody knows how many there are
 * @throws DescriptorError where there is not enough for both
 */
export const clientsMax = (descriptors: Descriptors | undefined): number => {
  if (descriptors === undefined) return TCP_CONNECTIONS_MAX;
  const left = descriptors.most - descriptors.inUse;
  if (left < LEFT_MIN) throw new DescriptorError(descriptors);
  return Math.min(TCP_CONNECTIONS_MAX, left - Math.min(KEPT_BACK_MAX, Math.floor(left / 2)));
};

/** How many may read the pages of one address at once, out of what clients leave. */
export const pageReadersMax = (descriptors: Descriptors | undefined): number => {
  if (descriptors === undefined) return PAGE_READERS_MAX;
  const share = Math.floor((descriptors.most - descriptors.inUse) / 8);
  return Math.min(PAGE_READERS_MAX, Math.max(PAGE_READERS_MIN, share));
};

/** Linux tells it (proc(5)); `undefined` where nobody does. */
export const readDescriptors = (): Descriptors | undefined => {
  if (process.platform !== 'linux') return undefined;
  const [, soft = ''] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const most = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  // The folder itself is open while it is read.
  return soft === '' ? undefined : { most, inUse: readdirSync('/proc/self/fd').length - 1 };
};
