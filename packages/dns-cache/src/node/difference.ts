/** Where one who moves from node-cache would see it: in a manifest, in the log, on a dashboard, or as a client of DNS. */
type Observer = 'operator' | 'log' | 'dashboard' | 'client';

/** Something that the agent does otherwise than node-cache, on purpose. */
export interface Difference {
  /** `N1` and so on; never used again for another. */
  readonly id: string;
  readonly nodeCache: string;
  readonly ours: string;
  readonly reason: string;
  readonly noticedBy: Observer;
  /** The recorded cases that show it. */
  readonly cases: readonly string[];
}
