import type { Transport } from '../message/link.ts';

/** A query that was answered, or not, as one who watches sees it. */
export interface Seen {
  /** The client's address and port; only until whoever is told of it returns. */
  readonly client: { readonly address: string; readonly port: number };
  readonly transport: Transport;
  /** Folded; `undefined` where none could be read. */
  readonly name: string | undefined;
  /** IANA's number; 0 where none could be read. */
  readonly type: number;
  /** IANA's number; 0 where none could be read. */
  readonly class: number;
  /** IANA's number; `undefined` where the client heard nothing. */
  readonly rcode: number | undefined;
  /** The directive that wrote the answer; empty where the server did, or nobody. */
  readonly plugin: string;
  readonly durationMs: number;
}

/** Is told of each query, as long as somebody watches. */
export type Watcher = (seen: Seen) => void;
