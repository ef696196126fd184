import type { Corefile } from '../plugin/server-block.ts';
import { StoppedError } from './service-error.ts';

/** What a service does in its time. */
interface Deeds {
  readonly reload: (corefile: Corefile) => Promise<void>;
  readonly stop: (last: (() => Promise<void>) | undefined) => Promise<void>;
}

/** The same, in order: reloads one after the other, then one stop, and nothing behind it. */
export interface Lifecycle {
  /** @throws StoppedError, and what the reload throws */
  reload(corefile: Corefile): Promise<void>;
  stop(last?: () => Promise<void>): Promise<void>;
  /** @throws StoppedError */
  refuseStopped(this: void): void;
}

export const createLifecycle = ({ reload, stop }: Deeds): Lifecycle => {
  let stopped: Promise<void> | undefined;
  let reloading: Promise<void> = Promise.resolve();
  const refuseStopped = (): void => {
    if (stopped !== undefined) throw new StoppedError();
  };
  return {
    async reload(corefile) {
      refuseStopped();
      // Each takes over the sockets of the one before.
      const done = reloading.then(() => reload(corefile));
      reloading = done.catch(() => undefined);
      await done;
    },
    stop(last) {
      stopped ??= reloading.then(() => stop(last));
      return stopped;
    },
    refuseStopped,
  };
};
