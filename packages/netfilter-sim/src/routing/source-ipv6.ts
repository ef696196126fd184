import { addressesOf, isMulticast } from '../host/interface.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { addressBits, addressWidth } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { prefixContains, readPrefix } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';

/** RFC 4007 scopes as they stand in multicast addresses (RFC 4291 §2.7). */
const SCOPE_LINK = 2;
const SCOPE_SITE = 5;
const SCOPE_GLOBAL = 14;
const SCOPE_DEFAULT = 15;

const prefix = (text: string): Prefix => {
  const found = readPrefix(text);
  if (found === undefined) throw new RangeError(`not a prefix: ${text}`);
  return found;
};

const LINK_LOCAL = prefix('fe80::/10');
const SITE_LOCAL = prefix('fec0::/10');
const LOOPBACK = prefix('::1/128');

export const isLinkLocal = (address: Address): boolean => prefixContains(LINK_LOCAL, address);

/** `ipv6_addr_src_scope` (net/ipv6/addrconf_core.c, 6.12). */
const scopeOf = (address: Address): number => {
  const bits = addressBits(address);
  if (isMulticast(address)) return Number((bits >> 112n) & 0xfn);
  if (isLinkLocal(address) || prefixContains(LOOPBACK, address)) return SCOPE_LINK;
  if (prefixContains(SITE_LOCAL, address)) return SCOPE_SITE;
  return bits === 0n ? SCOPE_DEFAULT : SCOPE_GLOBAL;
};

/** `ip6addrlbl_init_table` (net/ipv6/addrlabel.c, 6.12), which is RFC 6724 §2.1 and one row; longest first. */
const LABELS: readonly (readonly [prefix: Prefix, label: number])[] = [
  [LOOPBACK, 0],
  [prefix('::ffff:0:0/96'), 4],
  [prefix('::/96'), 3],
  [prefix('2001::/32'), 6],
  [prefix('2001:10::/28'), 7],
  [prefix('2002::/16'), 2],
  [prefix('3ffe::/16'), 12],
  [SITE_LOCAL, 11],
  [prefix('fc00::/7'), 5],
  [prefix('::/0'), 1],
];

const labelOf = (address: Address): number => LABELS.find(([of]) => prefixContains(of, address))?.[1] ?? 1;

/** How many leading bits two addresses share. */
const sharedBits = (a: Address, b: Address): number => {
  const differing = addressBits(a) ^ addressBits(b);
  return addressWidth('ipv6') - (differing === 0n ? 0 : differing.toString(2).length);
};

interface Choice {
  readonly destination: Address;
  readonly device: string;
}

/** A smaller scope is better if it is enough for the destination; if none is, a greater one. */
const scopeScore = (scope: number, wanted: number): number => (scope >= wanted ? -scope : scope - 128);

/**
 * What speaks for a candidate, weightiest first: the rules of RFC 6724 §5 as `ipv6_get_saddr_eval`
 * (net/ipv6/addrconf.c, 6.12) has them, without home and temporary addresses.
 */
const scores = (candidate: InterfaceAddress, of: Interface, { destination, device }: Choice): readonly number[] => [
  Number(candidate.address === destination),
  scopeScore(scopeOf(candidate.address), scopeOf(destination)),
  Number(candidate.deprecated !== true),
  Number(of.name === device),
  Number(labelOf(candidate.address) === labelOf(destination)),
  Math.min(sharedBits(candidate.address, destination), candidate.prefixLength),
];

const isBetter = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((score, index) => score !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
};

/**
 * The source address for packets that leave by a device towards a destination (`ipv6_dev_get_saddr`,
 * net/ipv6/addrconf.c, 6.12): any address of the host may be it, unless the destination is on the link.
 */
export const selectSourceIpv6 = (interfaces: readonly Interface[], choice: Choice): Address | undefined => {
  const onLink = isMulticast(choice.destination) || scopeOf(choice.destination) <= SCOPE_LINK;
  let best: { readonly address: Address; readonly scores: readonly number[] } | undefined;
  for (const device of interfaces.toSorted((a, b) => a.index - b.index)) {
    if (onLink && device.name !== choice.device) continue;
    for (const candidate of addressesOf(device, 'ipv6')) {
      if (candidate.tentative === true) continue;
      const found = scores(candidate, device, choice);
      if (best === undefined || isBetter(found, best.scores)) best = { address: candidate.address, scores: found };
    }
  }
  return best?.address;
};

/** IPV6_ADDR_SCOPE_MASK (include/net/ipv6.h, 6.12): what lies in it. Neither global addresses nor `::` do. */
export type NarrowScope = 'host' | 'link' | 'site' | 'ipv4-compatible' | 'none';

/** Second digit of a group's address (RFC 4291 §2.7). */
const GROUP_SCOPES: Readonly<Record<number, NarrowScope>> = { 1: 'host', 2: 'link', 5: 'site' };
const IPV4_COMPATIBLE_SHIFT = 32n;

/** `ipv6_addr_scope`, by `__ipv6_addr_type` (net/ipv6/addrconf_core.c, 6.12). */
export const narrowScope = (address: Address): NarrowScope => {
  const bits = addressBits(address);
  if (isMulticast(address)) return GROUP_SCOPES[Number((bits >> 112n) & 0xfn)] ?? 'none';
  if (prefixContains(LOOPBACK, address)) return 'host';
  if (isLinkLocal(address)) return 'link';
  if (prefixContains(SITE_LOCAL, address)) return 'site';
  return bits !== 0n && bits >> IPV4_COMPATIBLE_SHIFT === 0n ? 'ipv4-compatible' : 'none';
};
