import { classify } from '../../engine/classify.ts';
import type { CheckedMessage } from '../../message/check.ts';
import type { KeptMessage } from '../../message/kept.ts';
import type { Transport } from '../../message/link.ts';
import { isWithin } from '../../message/name.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import { receivedReply } from '../../message/received.ts';
import { hasSignatureOutOfDate } from '../../message/signature-period.ts';
import type { Answer, Handler, Outcome, Request } from '../../plugin/handler.ts';
import type { Labels } from '../../plugin/labels.ts';
import type { Site } from '../../plugin/site.ts';
import type { Asked } from '../../upstream/attempt.ts';
import { ATTEMPTS_PER_UPSTREAM, DEADLINE_MS } from '../../upstream/limits.ts';
import { createPicker, shuffled } from '../../upstream/policy.ts';
import { race } from '../../upstream/race.ts';
import { Tour } from '../../upstream/tour.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { ForwardRule, ForwardValue, Protocol } from './rule.ts';
import { explain } from './explain.ts';
import type { Upstreams } from './upstreams.ts';
import { createUpstreams } from './upstreams.ts';
import { witnessFor } from './witness.ts';

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

const askedBy = ({ query, wantsAuthenticated, upstreamOptions }: Request): Asked => ({
  question: query.question,
  recursionDesired: query.header.recursionDesired,
  checkingDisabled: query.header.checkingDisabled,
  authenticated: query.header.authenticated || wantsAuthenticated,
  dnssecOk: query.edns?.dnssecOk === true,
  options: upstreamOptions,
});

const replyOutcome = ({ query }: Request, message: CheckedMessage, kept: KeptMessage, unixSeconds: number | undefined): Outcome => {
  const isOutOfDate = message.edns?.dnssecOk === true && unixSeconds !== undefined && hasSignatureOutOfDate(message, unixSeconds);
  return {
    kind: 'reply',
    reply: receivedReply(query, message, kept),
    class: isOutOfDate ? 'OutOfDate' : classify(message, kept.rcode),
    plugin: 'forward',
  };
};

/** Which upstream it was (CoreDNS plugin/forward/forward.go). */
const labelled = (outcome: Outcome, labels: Labels | undefined): Outcome => (labels === undefined ? outcome : { ...outcome, labels });

const isTransfer = ({ query: { question } }: Request): boolean => question.type === TYPE.AXFR || question.type === TYPE.IXFR;

const isDown = ({ health }: Upstream): boolean => health.isDown;

/** A name outside FROM is not ours, nor one within `except`, unless it is FROM itself (plugin/forward/forward.go). */
const matches = (rule: ForwardRule, name: string): boolean =>
  isWithin(name, rule.from.folded) &&
  (name === rule.from.folded || !rule.except.some((zone) => isWithin(name, zone.folded)));

const goesOn = ({ next }: ForwardRule, { header }: CheckedMessage, { rcode }: KeptMessage): boolean =>
  next.rcodes.has(rcode) || (next.onNoData && rcode === RCODE.NOERROR && header.answerCount === 0);

/** @param nextForward the handler of the next `forward` of the block, where there is one. */
const serveRule = (rule: ForwardRule, upstreams: Upstreams, site: Site, next: Handler, nextForward: Handler | undefined): Handler => {
  const { runtime } = site;
  const random = (): number => runtime.random();
  const pick = createPicker(rule.policy, random);
  const concurrentMax = Math.ceil(rule.concurrentMax / site.share.threads);
  let concurrent = 0;

  /** Those that are up, in the order of the policy; where none is, probing must be at fault, and each gets a chance. */
  const planTour = (): { readonly tour: Tour; readonly attemptsMax: number } => {
    const order = pick(upstreams.current());
    const up = order.some(isDown) ? order.filter((upstream) => !isDown(upstream)) : order;
    if (up.length > 0) {
      return { tour: new Tour(up, isDown), attemptsMax: rule.attemptsMax ?? ATTEMPTS_PER_UPSTREAM * up.length };
    }
    runtime.emit({ kind: 'metric', metric: 'coredns_forward_healthcheck_broken_total', labels: [], value: 1 });
    if (rule.failsFast) return { tour: new Tour([], isDown), attemptsMax: 0 };
    const tour = new Tour(shuffled(order, random), () => false);
    return { tour, attemptsMax: Math.min(rule.attemptsMax ?? order.length, order.length) };
  };

  const forward = (request: Request, answer: Answer): void => {
    if (concurrent >= concurrentMax) {
      runtime.emit({ kind: 'metric', metric: 'coredns_forward_max_concurrent_rejects_total', labels: [], value: 1 });
      const error = `concurrent queries exceeded maximum ${rule.concurrentMax}`;
      answer({ kind: 'failure', rcode: RCODE.REFUSED, error });
      return;
    }
    concurrent += 1;
    const { tour, attemptsMax } = planTour();
    const { readTimeoutMs } = rule;
    // As long as asking one after the other would take; whoever sets a long read_timeout wants to wait for it.
    const budgetMs = Math.max(readTimeoutMs, Math.min(DEADLINE_MS, attemptsMax * readTimeoutMs));
    const now = runtime.waiting.now();
    const asksForMs = Math.max(0, request.asksUntil - now);
    // One that began before that is read to its end.
    const untilCancelledMs = Math.ceil(asksForMs / readTimeoutMs) * readTimeoutMs;
    race(
      runtime,
      {
        asked: askedBy(request),
        tour,
        transport: firstTransport(rule.protocol, request.transport),
        truncated: rule.protocol === 'udp-first' ? 'ask-over-tcp' : 'take',
        attemptsMax,
        readTimeoutMs,
        asksUntil: request.asksUntil,
        deadline: now + Math.min(budgetMs, untilCancelledMs),
        witness: witnessFor(request, runtime),
        isUnsatisfying: ({ kept }) => rule.failover.has(kept.rcode),
      },
      (outcome, upstream) => {
        concurrent -= 1;
        const labels = request.labels && upstream && new Map([['forward/upstream', upstream.target.text]]);
        if (outcome.kind === 'failure') {
          const { error, reasons } = outcome;
          answer(labelled({ kind: 'failure', rcode: RCODE.SERVFAIL, error, isResolution: true, extendedErrors: [reasons] }, labels));
        } else if (nextForward !== undefined && goesOn(rule, outcome.message, outcome.kept)) nextForward(request, answer);
        else {
          const received = replyOutcome(request, outcome.message, outcome.kept, runtime.unixSeconds());
          runtime.specimens.received = received;
          answer(labelled(received, labels));
        }
      },
    );
  };

  return (request, answer) => {
    if (!matches(rule, request.name)) next(request, answer);
    // A transfer is many messages, and cannot be carried over one exchange (RFC 5936 §4).
    else if (isTransfer(request)) answer({ kind: 'failure', rcode: RCODE.REFUSED, error: '' });
    else forward(request, answer);
  };
};

/** The rules of a block in file order: the first whose zone holds the name forwards it. */
export const serve = (rules: ForwardValue, site: Site, next: Handler): Handler => {
  const built: { readonly rule: ForwardRule; readonly upstreams: Upstreams }[] = [];
  site.offerWords(({ name }) => {
    const first = built.find(({ rule }) => matches(rule, name));
    return first && explain(first.rule, first.upstreams.current());
  });
  return rules.reduceRight<{ readonly handler: Handler; readonly forward: Handler | undefined }>(
    (following, rule) => {
      const upstreams = createUpstreams(rule, site);
      built.unshift({ rule, upstreams });
      const handler = serveRule(rule, upstreams, site, following.handler, following.forward);
      return { handler, forward: handler };
    },
    { handler: next, forward: undefined },
  ).handler;
};
