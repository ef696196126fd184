import type { Host } from '@nodelocal/netfilter-sim';
import { familyOf } from '@nodelocal/netfilter-sim';

const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host' };

/**
 * `ip address show DEVICE` of a dummy device, as iproute2 6.1 pads it. Its queue has no length that is printed: node-cache makes the
 * link by a library which asks for none. A device that nobody brought up has no queueing either.
 */
export const addressLines = ({ interfaces }: Host, device: string): readonly string[] => {
  const found = interfaces.find(({ name }) => name === device);
  if (found === undefined) return [`Device "${device}" does not exist.`];
  const { index, name, up, mtu, hardwareAddress, addresses } = found;
  return [
    `${index}: ${name}: <BROADCAST,NOARP${up ? ',UP,LOWER_UP' : ''}> mtu ${mtu} qdisc ${up ? 'noqueue' : 'noop'} state ${up ? 'UNKNOWN' : 'DOWN'} group default `,
    `    link/ether ${hardwareAddress} brd ff:ff:ff:ff:ff:ff`,
    ...addresses.flatMap(({ address, prefixLength, scope }) => [
      `    ${familyOf(address) === 'ipv4' ? 'inet' : 'inet6'} ${address}/${prefixLength} scope ${SCOPES[scope] ?? scope} ${familyOf(address) === 'ipv4' ? name : ''}`,
      '       valid_lft forever preferred_lft forever',
    ]),
  ];
};
