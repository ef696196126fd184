import { NO_CACHE, WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { CacheParts } from '../scenario/cache-parts.ts';
import type { Happening } from '../scenario/event.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The same scenario with the whole cache, without any, or with a part of it missing. */
export interface Variant {
  /** As a comparison calls it. */
  readonly name: string;
  readonly parts: Pick<CacheParts, 'notrack' | 'localAddress' | 'clusterIp' | 'agent' | 'upstreamService'>;
}

/** The cache, without it, and without each of its parts. */
export const VARIANTS: readonly Variant[] = [
  { name: 'with the cache', parts: WHOLE_CACHE },
  { name: 'without the cache', parts: NO_CACHE },
  { name: 'without NOTRACK rules', parts: { ...WHOLE_CACHE, notrack: 'none' } },
  { name: 'with NOTRACK inbound only', parts: { ...WHOLE_CACHE, notrack: 'inbound-only' } },
  { name: 'without rules in OUTPUT', parts: { ...WHOLE_CACHE, notrack: 'no-output' } },
  { name: 'without local address', parts: { ...WHOLE_CACHE, localAddress: false } },
  { name: 'without the cluster IP', parts: { ...WHOLE_CACHE, clusterIp: false } },
  { name: 'with the agent down', parts: { ...WHOLE_CACHE, agent: 'down' } },
  { name: 'without upstream Service', parts: { ...WHOLE_CACHE, upstreamService: false } },
];

/** Its Corefile and its resolv.conf stay what they are; what happens to a part that is missing does not happen. */
export const withVariant = (scenario: Scenario, { parts }: Variant): Scenario => ({
  ...scenario,
  cache: { ...scenario.cache, ...parts },
  events: scenario.events.filter(({ what }) => canHappen(what, parts)),
});

const canHappen = (what: Happening, { notrack, localAddress, clusterIp, agent }: Variant['parts']): boolean => {
  switch (what.kind) {
    case 'agent-killed':
    case 'agent-stopped':
    case 'agent-started':
      return agent === 'running';
    case 'cache-rules':
      return notrack === 'both-ways';
    case 'address-removed':
    case 'address-added':
      return what.which === 'local' ? localAddress : clusterIp;
    case 'rules-flushed':
    case 'rules-added':
    case 'endpoint-gone':
    case 'endpoint-back':
    case 'kube-proxy-synced':
    case 'server-changes':
      return true;
  }
};
