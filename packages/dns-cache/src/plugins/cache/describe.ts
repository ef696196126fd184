import { durationText } from '../../corefile/duration.ts';
import type { CacheValue, StoreValue } from './setup.ts';

const store = (name: string, { entriesMax, maxSeconds, minSeconds }: StoreValue): string =>
  `  ${name}: ${entriesMax} entries, TTL ${minSeconds} s to ${maxSeconds} s`;

export const describe = ({ zones, success, denial, servfailMs }: CacheValue): readonly string[] => [
  `cache for ${zones.map(({ text }) => text).join(' ')}`,
  store('success', success),
  store('denial', denial),
  `  servfail: ${servfailMs === 0 ? 'not kept' : durationText(servfailMs)}`,
];
