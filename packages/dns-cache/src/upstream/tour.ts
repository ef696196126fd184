import type { Upstream } from './upstream.ts';

/** The upstreams of one query in their order, round and round. */
export interface Tour {
  /** The one whose turn it is; `undefined` where none is left that may be asked. */
  next(): Upstream | undefined;
  /** This one has answered, and is not to be asked again. */
  exclude(upstream: Upstream): void;
  readonly upstreams: readonly Upstream[];
}

/** @param skips which upstreams are passed over when their turn comes. */
export const createTour = (upstreams: readonly Upstream[], skips: (upstream: Upstream) => boolean): Tour => {
  let excluded: Set<Upstream> | undefined;
  let turn = 0;
  return {
    upstreams,
    next() {
      for (let tried = 0; tried < upstreams.length; tried += 1) {
        const upstream = upstreams[turn % upstreams.length];
        turn += 1;
        if (upstream !== undefined && excluded?.has(upstream) !== true && !skips(upstream)) return upstream;
      }
      return undefined;
    },
    exclude(upstream) {
      excluded ??= new Set();
      excluded.add(upstream);
    },
  };
};
