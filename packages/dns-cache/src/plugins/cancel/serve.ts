import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { CancelValue } from './setup.ts';

/** After so long no further attempt is made; the one under way is waited for (CoreDNS plugin/cancel/cancel.go). */
export const serve =
  (timeoutMs: CancelValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) =>
    next({ ...request, asksUntil: Math.min(request.asksUntil, runtime.now() + timeoutMs) }, answer);
