import { durationText } from '../../corefile/duration.ts';
import type { PrefetchPolicy } from '../../engine/popularity.ts';
import type { StalePolicy } from '../../engine/stale.ts';
import type { CacheValue, StoreValue } from './setup.ts';

const store = (name: string, { entriesMax, maxSeconds, minSeconds }: StoreValue): string =>
  `  ${name}: ${entriesMax} entries, TTL ${minSeconds} s to ${maxSeconds} s`;

const prefetchText = ({ amount, gapMs, percentage }: PrefetchPolicy): string =>
  amount === 0
    ? 'off'
    : `after ${amount} hits without a gap of ${durationText(gapMs)}, in the last ${percentage}% of the TTL`;

const staleText = (stale: StalePolicy | undefined): string => {
  if (stale === undefined) return 'off';
  const { mode, upToMs, ttlSeconds, recheckMs, preferPositive } = stale;
  const how =
    mode.kind === 'immediate'
      ? 'at once'
      : `once the upstream failed${mode.timeoutMs > 0 ? ` or ${durationText(mode.timeoutMs)} passed` : ''}`;
  const recheck = recheckMs > 0 ? `, recheck after ${durationText(recheckMs)}` : '';
  const policy = preferPositive ? ', answers before denials' : '';
  return `up to ${durationText(upToMs)} after expiry, ${how}, TTL ${ttlSeconds} s${recheck}${policy}`;
};

export const describe = (value: CacheValue): readonly string[] => [
  `cache for ${value.zones.map(({ text }) => text).join(' ')}`,
  store('success', value.success),
  store('denial', value.denial),
  `  negative TTL: ${value.negativeTtl === 'rfc2308' ? 'the lesser of TTL and SOA MINIMUM' : 'the least TTL of the records'}`,
  `  servfail: ${value.servfailMs === 0 ? 'not kept' : durationText(value.servfailMs)}`,
  `  prefetch: ${prefetchText(value.prefetch)}`,
  `  serve_stale: ${staleText(value.stale)}`,
  ...(['success', 'denial'] as const).flatMap((name) =>
    value.disabled[name].length === 0 ? [] : [`  ${name} not kept for ${value.disabled[name].map(({ text }) => text).join(' ')}`],
  ),
  ...(value.keepTtl ? ['  TTLs stay as they are'] : []),
  ...(value.octetsMax > 0 ? [`  at most ${value.octetsMax} octets in each store`] : []),
];
