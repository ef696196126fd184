import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { CancelValue } from './setup.ts';

/** Says nothing any more to a client that has waited for so long, whatever comes later (CoreDNS plugin/cancel/cancel.go). */
export const serve =
  (timeoutMs: CancelValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) => {
    let waiting = true;
    const timer = runtime.timers.set(runtime.now() + timeoutMs, () => {
      waiting = false;
      answer({ kind: 'silence' });
    });
    next(request, (outcome) => {
      if (!waiting) return;
      runtime.timers.cancel(timer);
      answer(outcome);
    });
  };
