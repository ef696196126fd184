import { endpointText } from '../address.ts';
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

const readWhole = (...[bytes, asked, transport]: Parameters<typeof readReply>) => {
  const read = readReply(bytes, asked, transport);
  if (read.kind !== 'reply') return read;
  const kept = keepMessage(read.message);
  if (kept.kind !== 'malformed') return { ...read, kept };
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
  const { asked, upstream } = options;
  const { waiting } = runtime;
  const { endpoint, connection } = upstream.target;
  const open = new Map<UpstreamTransport, Exchange>();
  let state = { transport: transportTo(upstream.target, options.transport), exchange: 0, hasEdns: options.withEdns };
  let mismatches = 0;
  let movedToTcp = false;
  let ednsRefused = false;

  const abandon = (): void => {
    for (const exchange of open.values()) exchange.abandon();
    open.clear();
  };
  const finish = (outcome: AttemptOutcome): void => {
    abandon();
    done(outcome);
  };
  const fail = (transport: UpstreamTransport, error: string): void => {
    open.delete(transport);
    if (open.size === 0) finish({ kind: 'failure', error });
  };
  const failMalformed = (transport: UpstreamTransport): void => {
    open.get(transport)?.abandon();
    fail(transport, `dns: malformed reply from ${endpointText(endpoint)}`);
  };

  const observe = (startedAt: number, rcode: number): void => {
    const ms = waiting.now() - startedAt;
    upstream.roundTrip.observe(ms);
    upstream.health.confirm();
    const labels = ['forward', endpointText(endpoint), rcodeName(rcode)];
    runtime.emit({ kind: 'metric', metric: 'coredns_proxy_request_duration_seconds', labels, value: ms / 1000 });
  };

  const askWithoutEdns = (transport: UpstreamTransport, reply?: KeptAndChecked): void => {
    abandon();
    // Who answers with OPT knows it, and something else was wrong.
    ednsRefused = reply?.message.edns === undefined || reply.kept.rcode === RCODE.BADVERS;
    ask(transport, false);
  };

  const takeReply = (transport: UpstreamTransport, hasEdns: boolean, reply: KeptAndChecked): void => {
    const { message, kept } = reply;
    if (hasEdns && refusesEdns(kept.rcode)) {
      askWithoutEdns(transport, reply);
      return;
    }
    if (hasEdns) upstream.edns.understood(waiting.now());
    else if (ednsRefused && !refusesEdns(kept.rcode)) upstream.edns.refused(waiting.now());
    if (message.header.truncated && transport === 'udp' && options.truncated === 'ask-over-tcp') {
      abandon();
      ask('tcp', hasEdns);
    } else finish({ kind: 'reply', message, kept });
  };

  /** Anyone can send a datagram: wait for the right one (RFC 5452 §9.1), but not through a flood of wrong ones. */
  const takeMismatch = (hasEdns: boolean, isLikelyTheirs: boolean): void => {
    mismatches += 1;
    // An upstream that spells the question its own way, or answers with garbage, never gets it right.
    if (!movedToTcp && (isLikelyTheirs || mismatches >= MISMATCHES_MAX)) {
      movedToTcp = true;
      ask('tcp', hasEdns);
    }
    if (mismatches < MISMATCHES_MAX) return;
    open.get('udp')?.abandon();
    open.delete('udp');
  };

  const ask = (transport: UpstreamTransport, hasEdns: boolean): void => {
    const id = Math.floor(runtime.random() * 0x10000);
    const startedAt = waiting.now();
    const edns = hasEdns ? { dnssecOk: asked.dnssecOk, options: asked.options } : undefined;
    const message = writeAsk({ ...asked, id, edns });

    const hear = (event: ExchangeEvent): void => {
      if (event.kind === 'failure') {
        fail(transport, failureText(event.reason, transport, endpoint, event.detail));
        return;
      }
      const read = readWhole(event.message, { id, question: asked.question }, transport);
      switch (read.kind) {
        case 'reply':
          observe(startedAt, read.kept.rcode);
          takeReply(transport, hasEdns, read);
          return;
        case 'bare-error':
          if (hasEdns) askWithoutEdns(transport);
          else failMalformed(transport);
          return;
        case 'spoiled':
          takeMismatch(hasEdns, true);
          return;
        case 'mismatch':
          if (transport === 'udp') takeMismatch(hasEdns, read.reason === 'question-case');
          return;
        case 'malformed':
          if (transport === 'udp') takeMismatch(hasEdns, false);
          else failMalformed(transport);
      }
    };

    const silent = options.insteadOf;
    const insteadOf = silent?.transport === transport ? silent.exchange : undefined;
    const exchange = runtime.ask({ purpose: 'query', upstream: endpoint, transport, message, connection, insteadOf }, hear);
    open.set(transport, exchange);
    state = { transport, exchange: exchange.number, hasEdns };
  };

  ask(state.transport, state.hasEdns);
  return {
    get transport() {
      return state.transport;
    },
    get exchange() {
      return state.exchange;
    },
    get hasEdns() {
      return state.hasEdns;
    },
    abandon,
  };
};
