import { CorefileError } from '../../corefile/error.ts';
import { onlyOnce, takeNothing } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** It is asked for, and is done anyway. */
export type ShedValue = 'on';

/** `shed` (CoreDNS plugin/shed/setup.go). */
export const setup = ({ entries, keys }: Written): ShedValue => {
  const entry = onlyOnce(entries);
  takeNothing(entries);
  const secure = keys.find(({ scheme }) => scheme !== 'dns');
  if (secure !== undefined) {
    throw new CorefileError(entry.name, `'shed' drops queries over UDP, and tls://${secure.zone.text} is served over TLS`, 'remove it');
  }
  return 'on';
};
