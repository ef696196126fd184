import { durationText } from '../../corefile/duration.ts';
import type { CancelValue } from './setup.ts';

export const describe = (ms: CancelValue): readonly string[] => [`cancel ${durationText(ms)}`];
