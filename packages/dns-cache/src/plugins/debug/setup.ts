import { takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** It is on, and that is all. */
export type DebugValue = 'on';

/** `debug` (CoreDNS plugin/debug/debug.go). */
export const setup = ({ entries }: Written): DebugValue => {
  takeNothing(entries);
  return 'on';
};
