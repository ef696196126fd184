import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import type { FailureReason } from '../../engine/effect.ts';
import { FORWARD_READ_TIMEOUT_MS } from '../../engine/limits.ts';
import type { Transport } from '../../message/answer.ts';
import { readReply, writeAsk } from '../../message/ask.ts';
import type { CheckedMessage } from '../../message/check.ts';
import type { KeptMessage } from '../../message/kept.ts';
import { keepMessage } from '../../message/kept.ts';
import type { Request } from '../../server/handler.ts';
import type { ExchangeEvent, Runtime } from '../../server/runtime.ts';

export type AttemptOutcome =
  | { readonly kind: 'reply'; readonly message: CheckedMessage; readonly kept: KeptMessage }
  | { readonly kind: 'failure'; readonly error: string };

export interface Attempt {
  readonly request: Request;
  readonly upstream: Endpoint;
  readonly transport: Transport;
  /** When the whole query must be over. */
  readonly deadline: number;
}

/** The words of Go's net package, which people search for. */
const errorText = (reason: FailureReason, transport: Transport, upstream: Endpoint): string => {
  const to = `${transport} ${endpointText(upstream)}`;
  switch (reason) {
    case 'refused':
      return transport === 'tcp' ? `dial ${to}: connect: connection refused` : `read ${to}: read: connection refused`;
    case 'unreachable':
      return `dial ${to}: connect: network is unreachable`;
    case 'closed':
      return 'EOF';
    case 'timed-out':
      return `read ${to}: i/o timeout`;
  }
};

/** Asks one upstream once, and hears its reply, its failure, or nothing in time. */
export const attempt = (runtime: Runtime, options: Attempt, done: (outcome: AttemptOutcome) => void): void => {
  const { request, upstream, transport, deadline } = options;
  const { header, question, edns } = request.query;
  const id = Math.floor(runtime.random() * 0x10000);
  const message = writeAsk({
    id,
    question,
    recursionDesired: header.recursionDesired,
    checkingDisabled: header.checkingDisabled,
    authenticated: header.authenticated || request.wantsAuthenticated,
    edns: edns && { dnssecOk: edns.dnssecOk },
  });

  const hear = (event: ExchangeEvent): void => {
    if (event.kind === 'failure') {
      runtime.timers.cancel(timer);
      done({ kind: 'failure', error: errorText(event.reason, transport, upstream) });
      return;
    }
    const read = readReply(event.message, { id, question });
    const kept = read.kind === 'reply' ? keepMessage(read.message) : read;
    // Anyone can send a datagram: wait for the right one (RFC 5452 §9.1). What a connection brings is the upstream's.
    if (kept.kind === 'mismatch' || (kept.kind === 'malformed' && transport === 'udp')) return;
    runtime.timers.cancel(timer);
    exchange.abandon();
    if (read.kind === 'reply' && kept.kind === 'kept') done({ kind: 'reply', message: read.message, kept });
    else done({ kind: 'failure', error: `dns: malformed reply from ${endpointText(upstream)}` });
  };

  const exchange = runtime.ask({ upstream, transport, message }, hear);
  const timer = runtime.timers.set(Math.min(runtime.now() + FORWARD_READ_TIMEOUT_MS, deadline), () => {
    exchange.abandon();
    done({ kind: 'failure', error: errorText('timed-out', transport, upstream) });
  });
};
