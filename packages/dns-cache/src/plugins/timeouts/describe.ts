import { durationText } from '../../corefile/duration.ts';
import type { Timeouts } from '../../plugin/timeouts.ts';

export const describe = ({ readMs, writeMs, idleMs, queriesMax }: Timeouts): readonly string[] => [
  `timeouts read ${durationText(readMs)} write ${durationText(writeMs)} idle ${durationText(idleMs)}`,
  `  queries on one connection: ${queriesMax ?? 'any number'}`,
];
