import { readIp } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import { notBuilt, takeArguments } from '../arguments.ts';
import type { BoundAddress, Written } from '../plugin.ts';

export type BindValue = readonly BoundAddress[];

/** `bind ADDRESS...`; several lines add up (CoreDNS plugin/bind/setup.go). */
export const setup = ({ entries }: Written): BindValue =>
  entries.flatMap((entry) => {
    const inner = entry.body[0];
    if (inner !== undefined) throw notBuilt(`option '${inner.name.text}' of 'bind'`, inner.name);
    return takeArguments(entry, 1, Number.POSITIVE_INFINITY).map((token) => {
      const address = readIp(token.text);
      if (address === undefined) {
        throw new CorefileError(
          token,
          `not an IP address: '${token.text}'`,
          'binding to an interface by name is not built yet; give its addresses',
        );
      }
      return { address, position: token };
    });
  });
