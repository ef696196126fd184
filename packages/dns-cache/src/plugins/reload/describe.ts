import { durationText } from '../../corefile/duration.ts';
import type { ReloadValue } from './setup.ts';

export const describe = ({ intervalMs, jitterMs }: ReloadValue): readonly string[] => [
  `reload ${durationText(intervalMs)} jitter ${durationText(jitterMs)}`,
];
