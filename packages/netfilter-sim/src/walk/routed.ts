import type { Disposition, DropReason, SendError } from '../trace/disposition.ts';

/** What routing does to a flight: it goes on, or it ends. */
export type Routed =
  | { readonly kind: 'on' }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly sendError?: SendError }
  | Extract<Disposition, { kind: 'not-modelled' }>;
