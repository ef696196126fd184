import { classify } from '../../engine/classify.ts';
import { FORWARD_ATTEMPTS_PER_UPSTREAM, FORWARD_DEADLINE_MS } from '../../engine/limits.ts';
import type { Transport } from '../../message/answer.ts';
import { UNCHANGED_TTL } from '../../message/answer.ts';
import type { CheckedMessage } from '../../message/check.ts';
import { readExtendedErrors } from '../../message/extended-error.ts';
import type { KeptMessage } from '../../message/kept.ts';
import { isWithin } from '../../message/name.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Answer, Handler, Outcome, Request, Site } from '../../server/handler.ts';
import { attempt } from './attempt.ts';
import type { ForwardRule, ForwardValue, Protocol } from './setup.ts';
import { createPicker, resolveUpstreams } from './upstreams.ts';

const firstTransport = (protocol: Protocol, client: Transport): Transport => {
  switch (protocol) {
    case 'tcp-only':
      return 'tcp';
    case 'udp-first':
      return 'udp';
    case 'as-the-client':
      return client;
  }
};

const replyOutcome = (message: CheckedMessage, kept: KeptMessage): Outcome => {
  const { authoritative, authenticated, recursionAvailable } = message.header;
  return {
    kind: 'reply',
    reply: {
      message: kept,
      ttl: UNCHANGED_TTL,
      flags: { authoritative, authenticated, recursionAvailable },
      extendedErrors: readExtendedErrors(message.edns?.options ?? []),
      options: [],
    },
    class: classify(message, kept.rcode),
    plugin: 'forward',
  };
};

/** A name outside FROM is not ours, nor one within `except`, unless it is FROM itself (plugin/forward/forward.go). */
const matches = (rule: ForwardRule, name: string): boolean =>
  isWithin(name, rule.from.folded) &&
  (name === rule.from.folded || !rule.except.some((zone) => isWithin(name, zone.folded)));

/** Tries upstream after upstream, round and round, until one replies, all had their turns, or time is up. */
const serveRule = (rule: ForwardRule, site: Site, next: Handler): Handler => {
  const { runtime } = site;
  const upstreams = resolveUpstreams(rule.destinations, site.readFile);
  const pick = createPicker(rule.policy, upstreams, () => runtime.random());
  const attemptsMax = FORWARD_ATTEMPTS_PER_UPSTREAM * upstreams.length;

  const forward = (request: Request, answer: Answer): void => {
    const order = pick();
    const deadline = runtime.now() + FORWARD_DEADLINE_MS;
    const transport = firstTransport(rule.protocol, request.transport);

    const tryNext = (made: number, lastError: string): void => {
      const upstream = order[made % order.length];
      if (upstream === undefined || made >= attemptsMax || runtime.now() >= deadline) {
        answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: lastError });
        return;
      }
      const ask = (over: Transport): void =>
        attempt(runtime, { request, upstream, transport: over, deadline }, (outcome) => {
          if (outcome.kind === 'failure') tryNext(made + 1, outcome.error);
          else if (outcome.message.header.truncated && over === 'udp' && rule.protocol === 'udp-first') ask('tcp');
          else answer(replyOutcome(outcome.message, outcome.kept));
        });
      ask(transport);
    };
    tryNext(0, 'no healthy proxies');
  };

  return (request, answer) => (matches(rule, request.name) ? forward(request, answer) : next(request, answer));
};

/** The rules of a block in file order: the first whose zone holds the name forwards it. */
export const serve = (rules: ForwardValue, site: Site, next: Handler): Handler =>
  rules.reduceRight<Handler>((following, rule) => serveRule(rule, site, following), next);
