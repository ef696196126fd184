import { takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** It is on, and that is all. */
export type WhoamiValue = 'on';

/** `whoami` (CoreDNS plugin/whoami/setup.go). */
export const setup = ({ entries }: Written): WhoamiValue => {
  takeNothing(entries);
  return 'on';
};
