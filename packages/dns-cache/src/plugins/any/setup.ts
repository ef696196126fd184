import { takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** It is on, and that is all. */
export type AnyValue = 'on';

/** `any` (CoreDNS plugin/any/setup.go). */
export const setup = ({ entries }: Written): AnyValue => {
  takeNothing(entries);
  return 'on';
};
