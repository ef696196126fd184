import type { Endpoint } from '../address.ts';
import type { Zone } from '../corefile/zone.ts';
import type { ReplyClass } from '../engine/classify.ts';
import type { Place } from '../engine/effect.ts';
import type { Reply } from '../message/answer.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import type { Transport } from '../message/link.ts';
import type { EdnsOption } from '../message/opt.ts';
import type { Query } from '../message/query.ts';
import type { Labels } from './labels.ts';
import type { ListenAddress } from './listen-address.ts';
import type { TappedAnswer, Tapping } from './tapping.ts';

/** An EDNS option for the upstream. */
interface UpstreamOption extends EdnsOption {
  /** Whether it says who asks: then the answer is for the client alone (RFC 7871 §7.3). */
  readonly isOfClient: boolean;
}

/** A query on its way through the plugins of a server block. A plugin hands on a changed copy where it rewrites. */
export interface Request {
  readonly query: Query;
  /** The question's name, folded. */
  readonly name: string;
  readonly transport: Transport;
  readonly client: Endpoint;
  readonly local: ListenAddress;
  /** In milliseconds of the runtime's clock. */
  readonly receivedAt: number;
  readonly place: Place;
  /** The zone of the server block that it fell in. */
  readonly zone: Zone;
  /** What is known of it before it is answered; `undefined` where the block does not collect that. */
  readonly labels: Labels | undefined;
  /** Ask upstreams to say whether they validated the answer, though this client did not: others may be told it. */
  readonly wantsAuthenticated: boolean;
  /** EDNS options for the upstream: none of the client's, but what a plugin adds. */
  readonly upstreamOptions: readonly UpstreamOption[];
  /** No upstream is asked anew from then on, in milliseconds of the runtime's clock. */
  readonly asksUntil: number;
  /** As it came from the client, without trailing octets. */
  readonly message: Uint8Array;
  /** Who is told of it, and of what comes of it. */
  readonly tappings: readonly Tapping[];
  /** How many questions of our own led from the client's to this one. */
  readonly resolutions: number;
}

/** What became of a request. */
export type Outcome = {
  /** What a plugin made of the question; absent: none did. Logs and metrics are about that, as in CoreDNS. */
  readonly asked?: Query;
  /** What is known since it is answered; absent where the block does not collect that. */
  readonly labels?: Labels;
  /** Who is to be told of the answer; absent: nobody. */
  readonly tapped?: readonly TappedAnswer[];
} & (
  | {
      readonly kind: 'reply';
      readonly reply: Reply;
      readonly class: ReplyClass;
      /** The directive that wrote it. */
      readonly plugin: string;
    }
  /** Nothing to pass on; the server tells the client this response code, and why if the client has EDNS. */
  | {
      readonly kind: 'failure';
      /** IANA's number, twelve bits. */
      readonly rcode: number;
      /** For the log; empty where there is nothing to report. */
      readonly error: string;
      /** Upstreams were asked, and none had an answer: it is not to be had again at once (RFC 9520). */
      readonly isResolution?: true;
      /** A plugin has told it already, in CoreDNS's eyes: with OPT, and as no failure to those before it; absent: none has. */
      readonly isWritten?: true;
      /** Absent: none. */
      readonly extendedErrors?: readonly ExtendedError[];
    }
  /** The client is to hear nothing. */
  | { readonly kind: 'silence' }
);

/** Tells whoever handed the query on what came of it; once. */
export type Answer = (outcome: Outcome) => void;

/** Answers now or later, once. */
export type Handler = (request: Request, answer: Answer) => void;
