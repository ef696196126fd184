import type { Address, Note } from '@nodelocal/netfilter-sim';
import type { Finding } from './findings/index.ts';
import type { Pod } from './node/plan.ts';
import type { Exchange } from './way/exchange.ts';
import type { Passage } from './way/passage.ts';

/** What will happen on a node once the cache is there. Plain data; text and JSON are made of it. */
export type PreflightReport =
  | (Examined & { readonly kind: 'will-work' })
  | (Examined & { readonly kind: 'will-not-work'; readonly reasons: readonly Reason[] })
  /** Something decides that the model lacks, or that nobody told. */
  | (Examined & { readonly kind: 'not-known'; readonly reasons: readonly Reason[] })
  /**
   * The tools of the node would refuse a transaction. `node` is its folder, `where` the place in the transaction
   * (`FILE:LINE:COLUMN`), `why` what is wrong there.
   */
  | { readonly kind: 'refused'; readonly schema: 1; readonly node: string; readonly where: string; readonly why: string };

/** A node on which questions were asked. */
export interface AskedNode {
  readonly schema: 1;
  /** The folder. */
  readonly node: string;
  readonly device: string;
  readonly addresses: readonly Address[];
  /** Who asked; none of a family where no pod was found. */
  readonly pods: readonly Pod[];
  readonly notes: readonly Note[];
}

/** What the answer rests on. */
export interface Examined extends AskedNode {
  readonly asked: readonly Asked[];
  readonly findings: readonly Finding[];
  /** Nobody told who listens on the node, so a port that is taken would not be seen. */
  readonly socketsKnown: boolean;
}

/** A question before, as far as its first packet, and after. */
export interface Asked {
  /** Absent: there is nobody yet who would ask it. */
  readonly now: Passage | undefined;
  readonly later: Exchange;
}

/** Why not. */
export type Reason =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'exchange'; readonly exchange: Exchange };
