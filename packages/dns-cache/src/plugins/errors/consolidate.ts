import { durationText } from '../../corefile/duration.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { Consolidation, ErrorLevel } from './setup.ts';

/** A line as CoreDNS prints it (plugin/pkg/log). */
export const emitError = (runtime: Runtime, level: ErrorLevel, text: string): void =>
  runtime.emit({ kind: 'log', level, line: `[${level.toUpperCase()}] plugin/errors: ${text}` });

/** Counts errors of one pattern. */
export interface Counter {
  /** Takes an error that it is for, and says whether it was; `line` is what would be logged of it alone. */
  take(error: string, line: string): boolean;
  /** Says now what it has counted. */
  report(): void;
}

/** Counts errors from the first one on for a period, then says how many there were (CoreDNS plugin/errors/errors.go). */
export const createCounter = (consolidation: Consolidation, runtime: Runtime): Counter => {
  const { periodMs, pattern, level, showFirst } = consolidation;
  let count = 0;

  const report = (): void => {
    // A lone error that was shown needs no summary.
    if (count > (showFirst ? 1 : 0)) {
      const text = `${count} errors like '${pattern.pattern()}' occurred in last ${durationText(periodMs)}`;
      emitError(runtime, level, text);
    }
    count = 0;
  };

  return {
    report,
    take(error, line) {
      if (!pattern.test(error)) return false;
      count += 1;
      if (count === 1) {
        if (showFirst) emitError(runtime, level, line);
        runtime.timers.set(runtime.now() + periodMs, report);
      }
      return true;
    },
  };
};
