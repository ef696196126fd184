import type { Touches } from './touches.ts';

/** Where one who moves from CoreDNS sees it: as a client of DNS, in the log, on a dashboard, or as the server that is asked. */
type Observer = 'client' | 'log' | 'dashboard' | 'upstream';

/** Something that dns-cache does otherwise than CoreDNS 1.15, on purpose. */
export interface Difference {
  /** Never used again for another. */
  readonly id: string;
  readonly coredns: string;
  readonly ours: string;
  /** An RFC, or what was asked for. */
  readonly why: string;
  readonly noticedBy: readonly Observer[];
  /** How to have CoreDNS's way, where there is one. */
  readonly asCoreDns?: string;
  readonly touches: Touches;
}
