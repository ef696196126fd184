import type { Counts } from '../counting/counts.ts';
import type { Service, ServiceOptions } from '../sockets/service.ts';

export interface ServingOptions extends ServiceOptions {
  /** One of several threads died, and another takes its place. */
  readonly threadDied?: () => void;
}

/** A service, by however many threads. */
export interface Serving extends Service {
  /** How many serve; one is the main thread. */
  readonly threads: number;
  /** What several threads have counted; those that are told to `observe` are among it. */
  counts(): Promise<readonly Counts[]>;
  /** Ends a thread, from 0, as a bug of its own would; false where there is none of this number. */
  killThread(thread: number): boolean;
}
