import { durationText } from '../../corefile/duration.ts';
import { describeFallthrough } from '../../directive/fallthrough.ts';
import type { HostsValue } from './setup.ts';

export const describe = (value: HostsValue): readonly string[] => [
  `hosts ${value.path} for ${value.zones.map(({ text }) => text).join(' ')}`,
  ...value.inline.map((line) => `  ${line}`),
  `  TTL ${value.ttlSeconds} s${value.reverse ? '' : ', no reverse'}`,
  `  ${value.reloadMs === 0 ? 'never reloaded' : `reloaded every ${durationText(value.reloadMs)}`}`,
  `  ${describeFallthrough(value.fallthrough)}${value.unsupportedFallsThrough ? ', unsupported types too' : ''}`,
];
