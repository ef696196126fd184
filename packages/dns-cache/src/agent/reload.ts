import { createHash, randomInt } from 'node:crypto';
import { CorefileError } from '../corefile/error.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { reasonOf } from '../reason.ts';

/** What tells one configuration from another: comments and spaces do not (CoreDNS plugin/reload/reload.go). */
const hashOf = ({ words }: Corefile): string => createHash('sha512').update(JSON.stringify(words)).digest('hex');

export interface ReloaderOptions {
  /** @throws Error where the Corefile cannot be read or understood */
  readonly load: () => Corefile;
  /** Puts it to work. @throws Error where it cannot be; then the old one goes on */
  readonly apply: (corefile: Corefile) => Promise<void>;
  readonly log: (line: string) => void;
  readonly failed: () => void;
  readonly running: (hash: string) => void;
}

/** Looks whether the Corefile has changed, and goes on with the new one if so. */
export interface Reloader {
  look(): Promise<void>;
  /** From now on looks at this interval, give or take half the jitter; `undefined` looks only when asked. */
  every(times: { readonly intervalMs: number; readonly jitterMs: number } | undefined): void;
  stop(): void;
}

const FAILED = 'Corefile changed but reload failed';

const JITTER_STEPS = 1_000_000;

export const createReloader = (initial: Corefile, options: ReloaderOptions): Reloader => {
  const { load, apply, log, failed, running } = options;
  let current = hashOf(initial);
  /** A configuration that could not be put to work is not tried again until it changes. */
  let refused = '';
  /** What was wrong with the text at the last look: told once, and again to whoever asks. */
  let wrong = '';
  let timer: NodeJS.Timeout | undefined;

  const announce = (): void => {
    log(`[INFO] plugin/reload: Running configuration SHA512 = ${current}`);
    running(current);
  };

  const reload = async (corefile: Corefile, hash: string): Promise<void> => {
    log('[INFO] Reloading');
    try {
      await apply(corefile);
    } catch (error) {
      refused = hash;
      failed();
      log(`[ERROR] plugin/reload: ${FAILED}: ${reasonOf(error)}`);
      return;
    }
    current = hash;
    announce();
    log('[INFO] Reloading complete');
  };

  const lookOnce = async (): Promise<void> => {
    let corefile: Corefile;
    try {
      corefile = load();
    } catch (error) {
      // CoreDNS counts only what fails later, and once; but this is the number that people are alerted by as long as it grows.
      failed();
      const reason = reasonOf(error);
      if (reason === wrong) return;
      wrong = reason;
      log(error instanceof CorefileError ? `[ERROR] plugin/reload: ${FAILED}: ${reason}` : `[WARNING] plugin/reload: Corefile parse failed: ${reason}`);
      return;
    }
    wrong = '';
    const hash = hashOf(corefile);
    if (hash !== current && hash !== refused) await reload(corefile, hash);
  };
  /** One after the other: what is asked for during a look may be about a change that it did not see. */
  let looking: Promise<void> = Promise.resolve();
  const lookInTurn = (): Promise<void> => {
    looking = looking.then(lookOnce, lookOnce);
    return looking;
  };

  return {
    look() {
      wrong = '';
      return lookInTurn();
    },
    every(times) {
      clearInterval(timer);
      if (times === undefined) return;
      announce();
      const jitter = (randomInt(JITTER_STEPS) / JITTER_STEPS - 0.5) * times.jitterMs;
      timer = setInterval(() => void lookInTurn(), times.intervalMs + jitter);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
};
