import type { Exchange, ExchangeEvent, Runtime } from '../engine/runtime.ts';
import { readReply, writeAsk } from '../message/ask.ts';
import type { CheckedMessage, Question } from '../message/check.ts';
import type { KeptMessage } from '../message/kept.ts';
import { keepMessage } from '../message/kept.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { RCODE, rcodeName } from '../message/numbers.ts';
import type { EdnsOption } from '../message/opt.ts';
import { failureText } from './failure-text.ts';
import { MISMATCHES_MAX } from './limits.ts';
import type { Target } from './target.ts';
import { transportTo } from './target.ts';
import type { Upstream } from './upstream.ts';

/** What a query wants to know, whichever upstream it is asked of. */
export interface Asked {
  readonly question: Question;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  readonly authenticated: boolean;
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

interface KeptAndChecked {
  readonly message: CheckedMessage;
  readonly kept: KeptMessage;
}

export type AttemptOutcome =
  | ({ readonly kind: 'reply' } & KeptAndChecked)
  | { readonly kind: 'failure'; readonly error: string };

export interface AttemptOptions {
  readonly asked: Asked;
  readonly upstream: Upstream;
  readonly transport: 'udp' | 'tcp';
  /** What to do with a truncated reply over UDP. */
  readonly truncated: 'take' | 'ask-over-tcp';
  readonly withEdns: boolean;
  /** An earlier attempt with the same upstream, silent until now. */
  readonly insteadOf: Attempt | undefined;
  readonly witness: Witness | undefined;
}

/** Is told of each message that goes to an upstream and comes from it, be it the wrong one. */
export interface Witness {
  asked(target: Target, transport: UpstreamTransport, message: Uint8Array): void;
  replied(target: Target, transport: UpstreamTransport, message: Uint8Array, askedAt: number): void;
}

/** One upstream being asked. */
export interface Attempt {
  /** Over what it was asked last. */
  readonly transport: UpstreamTransport;
  readonly exchange: number;
  /** Whether OPT went along. */
  readonly hasEdns: boolean;
  abandon(): void;
}

/** A question as it went out. */
interface Sent {
  readonly transport: UpstreamTransport;
  readonly hasEdns: boolean;
  readonly id: number;
  /** By the clock that stands still while we do, and by the one that does not. */
  readonly startedAt: number;
  readonly askedAt: number;
}

const readWhole = (bytes: Uint8Array, asked: Parameters<typeof readReply>[1], transport: UpstreamTransport) => {
  const read = readReply(bytes, asked, transport);
  if (read.kind !== 'reply') return read;
  const { message } = read;
  const kept = keepMessage(message);
  if (kept.kind !== 'malformed') return { kind: 'reply', message, kept } as const;
  return transport === 'udp' ? ({ kind: 'spoiled' } as const) : kept;
};

const refusesEdns = (rcode: number): boolean =>
  rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP || rcode === RCODE.BADVERS;

/**
 * Asks one upstream, and hears its reply or its failure; nothing is heard of an upstream that is silent, so that
 * whoever waits decides for how long. Within an attempt the question may be put again: without OPT where OPT was
 * refused, and over TCP where datagrams will not do.
 */
export const attempt = (runtime: Runtime, options: AttemptOptions, done: (outcome: AttemptOutcome) => void): Attempt => {
  const asking = new Asking(runtime, options, done);
  asking.begin();
  return asking;
};

/** A class, since there is one for each question in flight: its methods are made once for all of them. */
class Asking implements Attempt {
  readonly #runtime: Runtime;
  readonly #options: AttemptOptions;
  readonly #done: (outcome: AttemptOutcome) => void;
  #datagrams: Exchange | undefined;
  #stream: Exchange | undefined;
  #mismatches = 0;
  #movedToTcp = false;
  #ednsRefused = false;
  transport: UpstreamTransport;
  exchange = 0;
  hasEdns: boolean;

  constructor(runtime: Runtime, options: AttemptOptions, done: (outcome: AttemptOutcome) => void) {
    this.#runtime = runtime;
    this.#options = options;
    this.#done = done;
    this.transport = transportTo(options.upstream.target, options.transport);
    this.hasEdns = options.withEdns;
  }

  begin(): void {
    this.#ask(this.transport, this.hasEdns);
  }

  abandon(): void {
    this.#datagrams?.abandon();
    this.#stream?.abandon();
    this.#datagrams = undefined;
    this.#stream = undefined;
  }

  #finish(outcome: AttemptOutcome): void {
    this.abandon();
    this.#done(outcome);
  }

  /** One of those that are open is over. */
  #close(transport: UpstreamTransport): void {
    if (transport === 'udp') this.#datagrams = undefined;
    else this.#stream = undefined;
  }

  #stop(transport: UpstreamTransport): void {
    (transport === 'udp' ? this.#datagrams : this.#stream)?.abandon();
    this.#close(transport);
  }

  #fail(transport: UpstreamTransport, error: string): void {
    this.#close(transport);
    if (this.#datagrams === undefined && this.#stream === undefined) this.#finish({ kind: 'failure', error });
  }

  #failMalformed(transport: UpstreamTransport): void {
    this.#stop(transport);
    this.#fail(transport, `dns: malformed reply from ${this.#options.upstream.target.text}`);
  }

  #observe(startedAt: number, rcode: number): void {
    const { upstream } = this.#options;
    const ms = this.#runtime.waiting.now() - startedAt;
    upstream.roundTrip.observe(ms);
    upstream.health.confirm();
    const labels = ['forward', upstream.target.text, rcodeName(rcode)];
    this.#runtime.emit({ kind: 'metric', metric: 'coredns_proxy_request_duration_seconds', labels, value: ms / 1000 });
  }

  #askWithoutEdns(transport: UpstreamTransport, reply?: KeptAndChecked): void {
    this.abandon();
    // Who answers with OPT knows it, and something else was wrong.
    this.#ednsRefused = reply?.message.edns === undefined || reply.kept.rcode === RCODE.BADVERS;
    this.#ask(transport, false);
  }

  #takeReply(transport: UpstreamTransport, hasEdns: boolean, reply: KeptAndChecked): void {
    const { message, kept } = reply;
    const { edns } = this.#options.upstream;
    if (hasEdns && refusesEdns(kept.rcode)) {
      this.#askWithoutEdns(transport, reply);
      return;
    }
    if (hasEdns) edns.understood(this.#runtime.waiting.now());
    else if (this.#ednsRefused && !refusesEdns(kept.rcode)) edns.refused(this.#runtime.waiting.now());
    if (message.header.truncated && transport === 'udp' && this.#options.truncated === 'ask-over-tcp') {
      this.abandon();
      this.#ask('tcp', hasEdns);
    } else this.#finish({ kind: 'reply', message, kept });
  }

  /** Anyone can send a datagram: wait for the right one (RFC 5452 §9.1), but not through a flood of wrong ones. */
  #takeMismatch(hasEdns: boolean, isLikelyTheirs: boolean): void {
    this.#mismatches += 1;
    // An upstream that spells the question its own way, or answers with garbage, never gets it right.
    if (!this.#movedToTcp && (isLikelyTheirs || this.#mismatches >= MISMATCHES_MAX)) {
      this.#movedToTcp = true;
      this.#ask('tcp', hasEdns);
    }
    if (this.#mismatches >= MISMATCHES_MAX) this.#stop('udp');
  }

  #ask(transport: UpstreamTransport, hasEdns: boolean): void {
    const { asked, upstream, insteadOf: silent, witness } = this.#options;
    const { endpoint, connection } = upstream.target;
    const id = Math.floor(this.#runtime.random() * 0x10000);
    const startedAt = this.#runtime.waiting.now();
    const edns = hasEdns ? { dnssecOk: asked.dnssecOk, options: asked.options } : undefined;
    const { question, recursionDesired, checkingDisabled, authenticated } = asked;
    const message = writeAsk({ id, question, recursionDesired, checkingDisabled, authenticated, edns });
    const insteadOf = silent?.transport === transport ? silent.exchange : undefined;
    const askedAt = this.#runtime.now();
    witness?.asked(upstream.target, transport, message);
    const exchange = this.#runtime.ask({ purpose: 'query', upstream: endpoint, transport, message, connection, insteadOf }, (event) =>
      this.#hear({ transport, hasEdns, id, startedAt, askedAt }, event),
    );
    if (transport === 'udp') this.#datagrams = exchange;
    else this.#stream = exchange;
    this.transport = transport;
    this.exchange = exchange.number;
    this.hasEdns = hasEdns;
  }

  #hear({ transport, hasEdns, id, startedAt, askedAt }: Sent, event: ExchangeEvent): void {
    if (event.kind === 'failure') {
      this.#fail(transport, failureText(event.reason, transport, this.#options.upstream.target.endpoint, event.detail));
      return;
    }
    this.#options.witness?.replied(this.#options.upstream.target, transport, event.message, askedAt);
    const read = readWhole(event.message, { id, question: this.#options.asked.question }, transport);
    switch (read.kind) {
      case 'reply':
        this.#observe(startedAt, read.kept.rcode);
        this.#takeReply(transport, hasEdns, read);
        return;
      case 'bare-error':
        if (hasEdns) this.#askWithoutEdns(transport);
        else this.#failMalformed(transport);
        return;
      case 'spoiled':
        this.#takeMismatch(hasEdns, true);
        return;
      case 'mismatch':
        if (transport === 'udp') this.#takeMismatch(hasEdns, read.reason === 'question-case');
        // Nothing else comes of a request.
        else if (transport === 'https') this.#failMalformed(transport);
        return;
      case 'malformed':
        if (transport === 'udp') this.#takeMismatch(hasEdns, false);
        else this.#failMalformed(transport);
    }
  }
}
