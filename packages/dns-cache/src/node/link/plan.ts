import type { LinkState } from './state.ts';
import { ALIAS, ownershipOf } from './ownership.ts';
import { prefixText, wantedAddresses } from './wanted.ts';
import type { WantedLink } from './wanted.ts';

export type LinkPlan =
  | { readonly kind: 'as-wanted' }
  | {
      readonly kind: 'mend';
      readonly creates: boolean;
      /** `ADDRESS/BITS` each; so are the others. */
      readonly adds: readonly string[];
      /** Tentative ones, put on anew without a check for duplicates: they are this node's alone by intent. */
      readonly renews: readonly string[];
      readonly removes: readonly string[];
      /** For `ip -force -batch -`. */
      readonly text: string;
    };

/** A link that nothing has carrier on would wait for the check for ever, and others for a second, in which nobody can bind (case f77). */
const addLine = (name: string, address: string): string => `addr add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`;

const removeLine = (name: string, address: string): string => `addr del ${address} dev ${name}`;

const aliasLine = (name: string): string => `link set dev ${name} alias "${ALIAS}"`;

const linesText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** @param keep addresses that others serve at, which stay though they are not wanted */
export const planLink = (wanted: WantedLink, link: LinkState, keep: readonly string[]): LinkPlan => {
  const { name, type } = wanted;
  const own = wantedAddresses(wanted);
  if (link.kind === 'absent') {
    const lines = [`link add name ${name} type ${type}`, aliasLine(name), ...own.map((address) => addLine(name, address))];
    return { kind: 'mend', creates: true, adds: own, renews: [], removes: [], text: linesText(lines) };
  }
  const ownership = ownershipOf(wanted, link);
  const present = link.addresses.map(prefixText);
  const adds = own.filter((address) => !present.includes(address));
  const renews = link.addresses.filter(({ isTentative }) => isTentative).map(prefixText).filter((address) => own.includes(address));
  const stale = link.addresses.filter(({ address }) => !keep.includes(address)).map(prefixText).filter((address) => !own.includes(address));
  const removes = ownership === 'ours' ? stale : [];
  const lines = [
    ...(ownership === 'to-adopt' ? [aliasLine(name)] : []),
    ...[...removes, ...renews].map((address) => removeLine(name, address)),
    ...[...adds, ...renews].map((address) => addLine(name, address)),
  ];
  if (lines.length === 0) return { kind: 'as-wanted' };
  return { kind: 'mend', creates: false, adds, renews, removes, text: linesText(lines) };
};

/** Addresses on a link of ours that are not wanted. */
export const staleAddresses = (wanted: WantedLink, link: LinkState): readonly string[] => {
  if (link.kind === 'absent' || ownershipOf(wanted, link) !== 'ours') return [];
  const own = wantedAddresses(wanted);
  return link.addresses.filter((address) => !own.includes(prefixText(address))).map(({ address }) => address);
};

export type LinkRemoval = { readonly kind: 'nothing' } | { readonly kind: 'remove'; readonly deletes: 'link' | 'addresses'; readonly text: string };

/**
 * A link of ours goes unless others serve on it, and its addresses with it. One that was there before loses the addresses that we were told to serve:
 * who added them cannot be known after a kill -9, and one of them without us would keep the node from kube-dns.
 */
export const planLinkRemoval = (wanted: WantedLink, link: LinkState, servedByOthers: readonly string[]): LinkRemoval => {
  if (link.kind === 'absent') return { kind: 'nothing' };
  if (ownershipOf(wanted, link) !== 'foreign' && servedByOthers.length === 0) return { kind: 'remove', deletes: 'link', text: `link del dev ${wanted.name}\n` };
  const present = link.addresses.map(prefixText);
  const here = wantedAddresses(wanted).filter((address) => present.includes(address));
  if (here.length === 0) return { kind: 'nothing' };
  return { kind: 'remove', deletes: 'addresses', text: linesText(here.map((address) => removeLine(wanted.name, address))) };
};
