import type { EdnsMemory } from './edns.ts';
import type { Health } from './health.ts';
import type { RoundTrip } from './round-trip.ts';
import type { Target } from './target.ts';

/** An upstream, and what is known of it. */
export interface Upstream {
  readonly target: Target;
  readonly health: Health;
  readonly roundTrip: RoundTrip;
  readonly edns: EdnsMemory;
}
