import { addressOctets, networkHolds } from '../../address.ts';
import type { Zone } from '../../corefile/zone.ts';
import type { MetricName } from '../../engine/metrics.ts';
import { EXTENDED_ERROR } from '../../message/extended-error.ts';
import { RCODE } from '../../message/numbers.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import { ownReply } from '../../plugin/own-reply.ts';
import type { Site } from '../../plugin/site.ts';
import { longestZone } from '../../plugin/zones.ts';
import type { AclAction, AclPolicy, AclValue } from './setup.ts';

type Refusal = Exclude<AclAction, 'allow'>;

const METRICS: Readonly<Record<Refusal, MetricName>> = {
  block: 'coredns_acl_blocked_requests_total',
  filter: 'coredns_acl_filtered_requests_total',
  drop: 'coredns_acl_dropped_requests_total',
};

const refuse = (request: Request, action: Refusal): Outcome => {
  switch (action) {
    case 'drop':
      return { kind: 'silence' };
    case 'block': {
      const extendedErrors = [{ code: EXTENDED_ERROR.BLOCKED, text: '' }];
      return ownReply('acl', request, { authoritative: false, rcode: RCODE.REFUSED, extendedErrors });
    }
    case 'filter': {
      const extendedErrors = [{ code: EXTENDED_ERROR.FILTERED, text: '' }];
      return ownReply('acl', request, { authoritative: false, extendedErrors });
    }
  }
};

const applies = (policy: AclPolicy, type: number, client: readonly number[]): boolean =>
  (policy.types?.includes(type) ?? true) &&
  (policy.networks?.some((network) => networkHolds(network, client)) ?? true);

/** What the rules want of a query, and the zone that it is counted for. */
const judge = (rules: AclValue, request: Request): { readonly action: AclAction; readonly zone: Zone | undefined } => {
  const client = addressOctets(request.client.address);
  for (const { zones, policies } of rules) {
    const zone = longestZone(zones, request.name);
    if (zone === undefined) continue;
    // Who cannot be told apart is not let in.
    if (client === undefined) return { action: 'block', zone };
    const policy = policies.find((one) => applies(one, request.query.question.type, client));
    if (policy !== undefined) return { action: policy.action, zone };
  }
  return { action: 'allow', zone: undefined };
};

/** Lets queries in or not, by who asks and for what type (CoreDNS plugin/acl/acl.go). */
export const serve =
  (rules: AclValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) => {
    const { server, view } = request.place;
    const { action, zone } = judge(rules, request);
    if (action === 'allow') {
      runtime.emit({ kind: 'metric', metric: 'coredns_acl_allowed_requests_total', labels: [server, view], value: 1 });
      next(request, answer);
      return;
    }
    runtime.emit({ kind: 'metric', metric: METRICS[action], labels: [server, zone?.text ?? '', view], value: 1 });
    answer(refuse(request, action));
  };
