import type { Zone } from '../../corefile/zone.ts';
import { ROOT_ZONE } from '../../corefile/zone.ts';
import { onlyOnce, takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** The zone that is probed: the block's first. */
export type LoopValue = Zone;

/** `loop` (CoreDNS plugin/loop/setup.go). */
export const setup = ({ entries, zones }: Written): LoopValue => {
  takeNothing([onlyOnce(entries)]);
  return zones[0] ?? ROOT_ZONE;
};
