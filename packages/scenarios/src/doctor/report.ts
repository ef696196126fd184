import type { AskedNode } from '../preflight/report.ts';
import type { Exchange } from '../preflight/way/exchange.ts';
import type { Fault } from './diagnoses/index.ts';
import type { Unknown } from './unknown.ts';

/** How a node does with its cache. Plain data; text and JSON are made of it. */
export type DoctorReport =
  | (Looked & { readonly kind: 'sound' })
  | (Looked & { readonly kind: 'to-mend'; readonly faults: readonly [Fault, ...Fault[]] })
  /** Nothing was found, and something that decides is not known. */
  | (Looked & { readonly kind: 'not-known' });

/** What the diagnosis rests on. */
export interface Looked extends AskedNode {
  readonly asked: readonly Exchange[];
  /** Questions that could not be answered, and why. */
  readonly unknown: readonly Unknown[];
}
