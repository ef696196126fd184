import type { Port } from '../../packet/port.ts';
import { readLeadingNumber } from './numbers.ts';
import type { Interval } from './numbers.ts';
import { SERVICE_PORTS } from './service-names.ts';

const PORT_MAX = 65535;

/** A port as a number in any base (xtables_parse_port, libxtables 1.8.9), or as a service's name. */
export const readPort = (text: string): Port | undefined => {
  const found = readLeadingNumber(text);
  const number = found?.rest === '' && found.value <= PORT_MAX ? Number(found.value) : SERVICE_PORTS.get(text);
  return number as Port | undefined;
};

/**
 * A port as the resolver reads it (getaddrinfo of glibc, which xtables_getportbyname asks): decimal, of which 16
 * bits are kept, or a service's name.
 */
export const readResolvedPort = (text: string): Port | undefined => {
  const [, sign, digits] = /^\s*([-+]?)(\d+)$/.exec(text === '' ? '0' : text) ?? [];
  if (digits === undefined) return SERVICE_PORTS.get(text) as Port | undefined;
  const value = BigInt(digits) < 2n ** 64n ? BigInt.asIntN(32, BigInt(`${sign === '-' ? '-' : ''}${digits}`)) : -1n;
  // In 32 bits what is negative is no number, but a name that nobody has.
  return value < 0n ? undefined : (Number(BigInt.asUintN(16, value)) as Port);
};

/** `53`, `domain`, `1000:2000`, `:1023` or `1024:`; low above high is allowed here. */
export const readPortInterval = (text: string, read: (text: string) => Port | undefined = readPort): Interval | undefined => {
  const [low = '', high, ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  const min = low === '' && high !== undefined ? 0 : read(low);
  const max = high === undefined ? min : high === '' ? PORT_MAX : read(high);
  return min === undefined || max === undefined ? undefined : { min, max };
};
