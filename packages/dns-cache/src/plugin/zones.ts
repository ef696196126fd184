import type { Zone } from '../corefile/zone.ts';
import { isWithin } from '../message/name.ts';

/** The longest of the zones that the folded name is in (CoreDNS plugin/normalize.go, Zones.Matches). */
export const longestZone = (zones: readonly Zone[], name: string): Zone | undefined =>
  zones.reduce<Zone | undefined>(
    (best, zone) =>
      isWithin(name, zone.folded) && zone.folded.length > (best?.folded.length ?? 0) ? zone : best,
    undefined,
  );
