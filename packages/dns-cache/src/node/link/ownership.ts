import type { LinkState } from './state.ts';
import { prefixText, wantedAddresses } from './wanted.ts';
import type { WantedLink } from './wanted.ts';

/** `ip link show` prints it, and it outlives us: a link with it is ours, whoever of us made it. */
export const ALIAS = 'nodelocal dns-cache';

export type Ownership =
  /** It may be deleted, and has no addresses but those that we want. */
  | 'ours'
  /** As node-cache leaves it behind when it is killed, or as somebody made it for us: it becomes ours. */
  | 'to-adopt'
  /** It was there before, for other ends too. */
  | 'foreign';

export const ownershipOf = (wanted: WantedLink, link: Extract<LinkState, { kind: 'present' }>): Ownership => {
  if (link.alias === ALIAS) return 'ours';
  const own = wantedAddresses(wanted);
  const hasOnlyOurs = link.addresses.every((address) => own.includes(prefixText(address)));
  return link.alias === '' && link.type === wanted.type && hasOnlyOurs ? 'to-adopt' : 'foreign';
};
