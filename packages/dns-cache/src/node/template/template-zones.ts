import type { ReadOptions } from '../../corefile/blocks.ts';
import { readBlocks } from '../../corefile/blocks.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZoneKey } from '../../corefile/zone.ts';

/** Where a zone is served over plain DNS, to be compared. */
export type ZonePort = `${string}:${number}`;

export const zonePort = ({ folded }: Pick<Zone, 'folded'>, port: number): ZonePort => `${folded}:${port}`;

/**
 * The zones that a text serves; `port` is that of those that name none. None are known of a text that cannot be read:
 * that is no matter here, since whoever serves it says what is wrong and where.
 */
export const servedZones = (text: string, port: number, options: ReadOptions): ReadonlySet<ZonePort> => {
  try {
    const keys = readBlocks(text, options).blocks.flatMap((block) => block.keys.flatMap(readZoneKey));
    return new Set(keys.filter(({ scheme }) => scheme === 'dns').map((key) => zonePort(key.zone, key.port ?? port)));
  } catch (error) {
    if (error instanceof CorefileError) return new Set();
    throw error;
  }
};
