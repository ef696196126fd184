import type { Upstream } from './upstream.ts';

/** The upstreams of one query in their order, round and round. A class, since there is one for each question in flight. */
export class Tour {
  readonly upstreams: readonly Upstream[];
  readonly #skips: (upstream: Upstream) => boolean;
  #excluded: Set<Upstream> | undefined;
  #turn = 0;

  /** @param skips which upstreams are passed over when their turn comes. */
  constructor(upstreams: readonly Upstream[], skips: (upstream: Upstream) => boolean) {
    this.upstreams = upstreams;
    this.#skips = skips;
  }

  /** The one whose turn it is; `undefined` where none is left that may be asked. */
  next(): Upstream | undefined {
    const { upstreams } = this;
    for (let tried = 0; tried < upstreams.length; tried += 1) {
      const upstream = upstreams[this.#turn % upstreams.length];
      this.#turn += 1;
      if (upstream !== undefined && this.#excluded?.has(upstream) !== true && !this.#skips(upstream)) return upstream;
    }
    return undefined;
  }

  /** This one has answered, and is not to be asked again. */
  exclude(upstream: Upstream): void {
    this.#excluded ??= new Set();
    this.#excluded.add(upstream);
  }
}
