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
  /** As SIGUSR1 asks: what comes of it is told in any case. */
  look(): Promise<void>;
  /** From now on looks at this interval, give or take half the jitter; `undefined` looks only when asked. */
  every(times: { readonly intervalMs: number; readonly jitterMs: number } | undefined): void;
  stop(): void;
}

/** Who wants to know whether the Corefile has changed, and how a failure is told to them (coredns/caddy sigtrap_posix.go; plugin/reload/reload.go). */
interface Asker {
  readonly isSignal: boolean;
  readonly cannotRead: string;
  readonly cannotServe: string;
}

const SIGNAL: Asker = {
  isSignal: true,
  cannotRead: '[ERROR] SIGUSR1: loading updated Caddyfile: ',
  cannotServe: '[ERROR] SIGUSR1: starting with listener file descriptors: ',
};

const INTERVAL: Asker = {
  isSignal: false,
  cannotRead: '[WARNING] plugin/reload: Corefile parse failed: ',
  cannotServe: '[ERROR] plugin/reload: Corefile changed but reload failed: ',
};

const JITTER_STEPS = 1_000_000;

export const createReloader = (initial: Corefile, options: ReloaderOptions): Reloader => {
  const { load, apply, log, failed, running } = options;
  let current = hashOf(initial);
  /** A configuration that could not be put to work is not tried again until it changes, or somebody asks. */
  let refused = '';
  /** What was wrong with the text at the last look: told once, and again to whoever asks. */
  let wrong = '';
  let timer: NodeJS.Timeout | undefined;

  const announce = (): void => {
    log(`[INFO] plugin/reload: Running configuration SHA512 = ${current}`);
    running(current);
  };

  const tellRefusal = (error: unknown, { cannotServe }: Asker): void => {
    log(`[ERROR] Restart failed: ${reasonOf(error)}`);
    log(`${cannotServe}${reasonOf(error)}`);
  };

  const reload = async (corefile: Corefile, hash: string, asker: Asker): Promise<void> => {
    log('[INFO] Reloading');
    const previous = current;
    try {
      current = hash;
      // The same once more would change nothing.
      if (hash !== previous) await apply(corefile);
    } catch (error) {
      current = previous;
      refused = hash;
      failed();
      tellRefusal(error, asker);
      return;
    }
    running(current);
    log('[INFO] Reloading complete');
    if (!asker.isSignal) announce();
  };

  /** CoreDNS counts only what fails later, and once; but this is the number that people are alerted by as long as it grows. */
  const tellWrong = (error: unknown, asker: Asker): void => {
    failed();
    const reason = reasonOf(error);
    if (reason === wrong) return;
    wrong = reason;
    if (!(error instanceof CorefileError)) {
      log(`${asker.cannotRead}${reason}`);
      return;
    }
    log('[INFO] Reloading');
    tellRefusal(error, asker);
  };

  const lookFor = async (asker: Asker): Promise<void> => {
    let corefile: Corefile;
    try {
      corefile = load();
    } catch (error) {
      tellWrong(error, asker);
      return;
    }
    wrong = '';
    const hash = hashOf(corefile);
    if (asker.isSignal || (hash !== current && hash !== refused)) await reload(corefile, hash, asker);
  };
  /** One after the other: what is asked for during a look may be about a change that it did not see. */
  let looking: Promise<void> = Promise.resolve();
  const lookInTurn = (asker: Asker): Promise<void> => {
    const look = (): Promise<void> => lookFor(asker);
    looking = looking.then(look, look);
    return looking;
  };

  return {
    look() {
      wrong = '';
      return lookInTurn(SIGNAL);
    },
    every(times) {
      const wasUsed = timer !== undefined;
      clearInterval(timer);
      timer = undefined;
      if (times === undefined) return;
      if (!wasUsed) announce();
      const jitter = (randomInt(JITTER_STEPS) / JITTER_STEPS - 0.5) * times.jitterMs;
      timer = setInterval(() => void lookInTurn(INTERVAL), times.intervalMs + jitter);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
};
