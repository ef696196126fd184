import type { Address, Family, Prefix } from '@nodelocal/netfilter-sim';
import { addressWidth, familyOf, printPrefix } from '@nodelocal/netfilter-sim';

/*
 * What nft calls things, in the one family and the other.
 */

export const headerOf = (family: Family): 'ip' | 'ip6' => (family === 'ipv4' ? 'ip' : 'ip6');

export const addressTypeOf = (family: Family): 'ipv4_addr' | 'ipv6_addr' => (family === 'ipv4' ? 'ipv4_addr' : 'ipv6_addr');

/** A node port is never answered on loopback in this mode: the kernel would have to route what is for 127.0.0.1. */
export const notLoopback = (family: Family): string => (family === 'ipv4' ? 'ip daddr != 127.0.0.0/8' : 'ip6 daddr != ::1');

/** nft prints a network of one address as that address. */
export const networkText = (prefix: Prefix): string => (prefix.length === addressWidth(familyOf(prefix.address)) ? prefix.address : printPrefix(prefix));

/** `10.244.1.5:53`, `[fd00::5]:53`. */
export const destinationText = (address: Address, port: number): string => (familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`);

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** `3h`, `1m30s`; in whole seconds, 1 or more. */
export const durationText = (seconds: number): string => {
  let [text, rest] = ['', seconds];
  for (const [unit, length] of UNITS) {
    if (rest >= length) text += `${Math.floor(rest / length)}${unit}`;
    rest %= length;
  }
  return text;
};
