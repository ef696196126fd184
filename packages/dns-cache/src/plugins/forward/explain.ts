import type { Explained, ExplainedUpstream } from '../../plugin/explained.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { ForwardRule, Protocol } from './rule.ts';

const OVER: Readonly<Record<Protocol, ExplainedUpstream['over']>> = { 'as-the-client': 'as-the-client', 'tcp-only': 'tcp', 'udp-first': 'udp' };

const healthOf = ({ maxFails }: ForwardRule, { health }: Upstream): ExplainedUpstream['health'] => {
  if (maxFails === 0) return 'never-down';
  return health.isDown ? 'down' : 'up';
};

/** Whom a rule would ask now. */
export const explain = (rule: ForwardRule, upstreams: readonly Upstream[]): Explained => ({
  kind: 'forward',
  from: rule.from.text,
  policy: rule.policy,
  upstreams: upstreams.map((upstream) => ({
    address: upstream.target.text,
    serverName: upstream.target.connection.tls?.serverName ?? '',
    over: upstream.target.security === 'plain' ? OVER[rule.protocol] : upstream.target.security,
    health: healthOf(rule, upstream),
  })),
  whenAllAreDown: rule.failsFast ? 'nobody' : 'each-once',
});
