import type { Zone } from '../../corefile/zone.ts';
import { refuseBody, onlyOnce, takeZones } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** The zones in which plugins are asked what they know beforehand. */
export type MetadataValue = readonly Zone[];

/** `metadata [ZONES...]` (CoreDNS plugin/metadata/setup.go). */
export const setup = ({ entries, zones }: Written): MetadataValue => {
  const entry = onlyOnce(entries);
  refuseBody(entry);
  return takeZones(entry.arguments, zones);
};
