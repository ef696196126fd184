import { env } from 'node:process';
import type { ServiceOptions } from '@nodelocal/dns-cache/server';
import type { Serving } from '../../src/threads/serving.ts';
import { startServing } from '../../src/threads/start.ts';

/** How many threads serve in tests that are about a server on sockets, whatever it is made of. */
export const THREADS = Number(env['DNS_CACHE_THREADS'] ?? 1);

/** What the compiler made of it: Node.js 20 runs no TypeScript. */
const PROGRAM = new URL('../../dist/threads/worker.js', import.meta.url);

/** What threads have logged by now has come to the main one. */
export const allSaid = async (service: Serving): Promise<void> => {
  if (THREADS > 1) await service.counts();
};

export const startService = (options: ServiceOptions): Promise<Serving> => startServing(options, THREADS, PROGRAM);
