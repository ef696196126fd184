import { refuseBody, takeArguments } from '../arguments.ts';
import type { Written } from '../plugin.ts';

/** It is on, and that is all. */
export type DebugValue = 'on';

/** `debug` (CoreDNS plugin/debug/debug.go). */
export const setup = ({ entries }: Written): DebugValue => {
  for (const entry of entries) {
    takeArguments(entry, 0, 0);
    refuseBody(entry);
  }
  return 'on';
};
