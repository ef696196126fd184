import { durationText } from '../../corefile/duration.ts';
import type { TimeoutsValue } from './setup.ts';

export const describe = ({ readMs, writeMs, idleMs, queriesMax }: TimeoutsValue): readonly string[] => [
  `timeouts read ${durationText(readMs)} write ${durationText(writeMs)} idle ${durationText(idleMs)}`,
  `  queries on one connection: ${queriesMax ?? 'any number'}`,
];
