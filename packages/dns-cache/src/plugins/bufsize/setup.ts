import { CorefileError } from '../../corefile/error.ts';
import { firstOf, refuseBody, takeArguments, takeInteger } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** Octets. */
export type BufsizeValue = number;

/** DNS Flag Day 2020. */
const OCTETS_DEFAULT = 1232;
const OCTETS_MIN = 512;
const OCTETS_MAX = 4096;

/** `bufsize [SIZE]`; of several lines the first counts (CoreDNS plugin/bufsize/setup.go). */
export const setup = ({ entries }: Written): BufsizeValue => {
  const entry = firstOf(entries);
  refuseBody(entry);
  const [size] = takeArguments(entry, 0, 1);
  if (size === undefined) return OCTETS_DEFAULT;
  const octets = takeInteger(size, 'the buffer size');
  if (octets < OCTETS_MIN || octets > OCTETS_MAX) {
    throw new CorefileError(size, `the buffer size is not within ${OCTETS_MIN} and ${OCTETS_MAX}: ${octets}`);
  }
  return octets;
};
