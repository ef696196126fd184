import type { Endpoint } from '../address.ts';
import type { Zone } from '../corefile/zone.ts';
import type { ReplyClass } from '../engine/classify.ts';
import type { Reply, Transport } from '../message/answer.ts';
import type { Query } from '../message/query.ts';
import type { Runtime } from './runtime.ts';

/** A query on its way through the plugins of a server block. */
export interface Request {
  readonly query: Query;
  /** The question's name, folded. */
  readonly name: string;
  readonly transport: Transport;
  readonly client: Endpoint;
  readonly local: Endpoint;
  readonly receivedAt: number;
  /** The listener as metrics name it, `dns://10.96.0.10:53`. */
  readonly server: string;
  /** The zone of the server block that it fell in. */
  readonly zone: Zone;
  /** Ask upstreams to say whether they validated the answer, though this client did not: others may be told it. */
  readonly wantsAuthenticated: boolean;
}

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly class: ReplyClass }
  /** Nothing to pass on; the server tells the client this response code. */
  | { readonly kind: 'failure'; readonly rcode: number; readonly error: string };

export type Answer = (outcome: Outcome) => void;

/** Answers now or later, once. */
export type Handler = (request: Request, answer: Answer) => void;

/** What a plugin is built into. */
export interface Site {
  readonly runtime: Runtime;
  /** The zones of the server block. */
  readonly zones: readonly Zone[];
  /** @throws where there is no such file. */
  readonly readResolvConf: (path: string) => string;
}
