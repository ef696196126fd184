import { takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** It is on, and that is all. */
export type MinimalValue = 'on';

/** `minimal` (CoreDNS plugin/minimal/setup.go). */
export const setup = ({ entries }: Written): MinimalValue => {
  takeNothing(entries);
  return 'on';
};
