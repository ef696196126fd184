import type { ServerBlock } from '../plugin/server-block.ts';
import { portOf, servedText } from '../server/listeners.ts';

/** What a block serves, and where. */
export const servedAt = (block: ServerBlock, port: number): string => {
  const zones = block.keys.map((key) => servedText(key.zone, key.scheme, portOf(key, port)));
  const bound = block.plugins.flatMap(({ addresses }) => addresses).map(({ address }) => address);
  return `${zones.join(' ')} on ${bound.length === 0 ? 'all addresses' : bound.join(' ')}`;
};
