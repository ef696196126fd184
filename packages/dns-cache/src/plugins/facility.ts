import type { Endpoint } from '../address.ts';
import type { Position } from '../corefile/error.ts';

/** What a directive asks of the process around the name server: it answers no query, and the core only passes it on. */
export type Facility =
  | { readonly kind: 'prometheus'; readonly endpoint: Endpoint; readonly position: Position }
  | { readonly kind: 'health'; readonly endpoint: Endpoint; readonly lameduckMs: number; readonly position: Position }
  | {
      readonly kind: 'ready';
      readonly endpoint: Endpoint;
      readonly monitor: 'until-ready' | 'continuously';
      readonly position: Position;
    }
  | { readonly kind: 'reload'; readonly intervalMs: number; readonly jitterMs: number }
  | { readonly kind: 'profiler'; readonly endpoint: Endpoint; readonly position: Position }
  | { readonly kind: 'timeouts'; readonly readMs: number; readonly writeMs: number; readonly idleMs: number }
  | { readonly kind: 'debug' };
