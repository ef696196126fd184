import { readAddress } from './address.ts';
import type { Address } from './address.ts';
import { port } from './port.ts';
import type { Port } from './port.ts';

/** One end of a packet; `undefined`: no port is written. */
export interface End {
  readonly address: Address;
  readonly port: Port | undefined;
}

/** `10.0.0.1`, `10.0.0.1:53`, `fd00::1`, `[fd00::1]:53`; `undefined` where it is none of these. */
export const readEnd = (text: string): End | undefined => {
  const bare = readAddress(text);
  if (bare !== undefined) return { address: bare, port: undefined };
  const [, written = '', digits] = /^\[(.+)\]:(\d{1,5})$/.exec(text) ?? /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
  const address = readAddress(written);
  return address === undefined || Number(digits) > 65_535 ? undefined : { address, port: port(Number(digits)) };
};
