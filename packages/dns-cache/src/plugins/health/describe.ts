import { endpointText } from '../../address.ts';
import { durationText } from '../../corefile/duration.ts';
import type { HealthValue } from './setup.ts';

export const describe = ({ endpoint, lameduckMs }: HealthValue): readonly string[] => [
  `health ${endpointText(endpoint)} lameduck ${durationText(lameduckMs)}`,
];
