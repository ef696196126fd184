import type { Port } from '../../packet/port.ts';
import { readBounded } from './numbers.ts';
import type { Interval } from './numbers.ts';
import { SERVICE_PORTS } from './service-names.ts';

const ALL_PORTS: Interval = { min: 0, max: 65535 };

/** A port as a number or as a service's name. */
export const readPort = (text: string): Port | undefined =>
  (readBounded(text, ALL_PORTS) ?? SERVICE_PORTS.get(text.toLowerCase())) as Port | undefined;

/** `53`, `domain`, `1000:2000`, `:1023` or `1024:`; low above high is allowed here. */
export const readPortInterval = (text: string): Interval | undefined => {
  const [low = '', high, ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  const min = low === '' && high !== undefined ? 0 : readPort(low);
  const max = high === undefined ? min : high === '' ? 65535 : readPort(high);
  return min === undefined || max === undefined ? undefined : { min, max };
};
