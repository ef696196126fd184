import { durationText } from '../../corefile/duration.ts';
import type { ErrorsValue } from './setup.ts';

export const describe = ({ stacktrace, consolidations }: ErrorsValue): readonly string[] => [
  `errors stdout${stacktrace ? ' stacktrace' : ''}`,
  ...consolidations.map(({ periodMs, pattern, level, showFirst }) => {
    const first = showFirst ? ', the first shown' : '';
    return `  consolidate ${durationText(periodMs)} ${JSON.stringify(pattern.pattern())} ${level}${first}`;
  }),
];
