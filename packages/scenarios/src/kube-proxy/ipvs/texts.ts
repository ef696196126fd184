import type { Address } from '@nodelocal/netfilter-sim';
import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import { printServers } from './print-servers.ts';
import { printSets } from './print-sets.ts';
import type { IpvsWritten } from './write.ts';

/** A node in IPVS mode as its tools print it, both families together where a tool has both. */
export interface IpvsTexts {
  readonly iptables: string;
  readonly ip6tables: string;
  readonly ipset: string;
  readonly ipvsadm: string;
  /** One line, as `ip -brief address` has it. */
  readonly addresses: string;
}

/** An address on a device that is never up; with the mask of a single address. */
const printAddresses = (addresses: readonly Address[]): string =>
  `${['kube-ipvs0 DOWN', ...addresses.map((address) => `${address}/${addressWidth(familyOf(address))}`)].join(' ')}\n`;

export const ipvsTexts = (ipv4: IpvsWritten, ipv6: IpvsWritten): IpvsTexts => ({
  iptables: ipv4.iptables,
  ip6tables: ipv6.iptables,
  ipset: printSets([...ipv4.sets, ...ipv6.sets]),
  ipvsadm: printServers(ipv4.servers) + printServers(ipv6.servers),
  addresses: printAddresses([...ipv4.addresses, ...ipv6.addresses]),
});

/** A section for each tool, headed by its command line. */
export const printIpvs = ({ iptables, ip6tables, ipset, ipvsadm, addresses }: IpvsTexts): string =>
  [
    ['iptables-save', iptables],
    ['ip6tables-save', ip6tables],
    ['ipset save', ipset],
    ['ipvsadm -Sn', ipvsadm],
    ['ip -brief address show dev kube-ipvs0', addresses],
  ]
    .map(([command = '', text = '']) => `# ${command}\n${text}`)
    .join('\n');
