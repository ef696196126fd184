import type { Address } from '@nodelocal/netfilter-sim';
import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import { printServers } from './print-servers.ts';
import { printSets } from './print-sets.ts';
import type { IpvsWritten } from './write.ts';

/** A node in IPVS mode as its tools print it, both families together where a tool has both. */
export interface IpvsTexts {
  /** As `iptables-save` prints it. */
  readonly iptables: string;
  /** As `ip6tables-save` prints it. */
  readonly ip6tables: string;
  readonly ipset: string;
  /** As `ipvsadm -Sn` prints it. */
  readonly ipvsadm: string;
  /** One line, as `ip -brief address` has it. */
  readonly addresses: string;
}

/** An address on a device that is never up; with the mask of a single address. */
const printAddresses = (addresses: readonly Address[]): string =>
  `${['kube-ipvs0 DOWN', ...addresses.map((address) => `${address}/${addressWidth(familyOf(address))}`)].join(' ')}\n`;

/** @param ipv4 @param ipv6 `undefined`: nobody asks for that family */
export const ipvsTexts = (ipv4: IpvsWritten | undefined, ipv6: IpvsWritten | undefined): IpvsTexts => {
  const families = [ipv4, ipv6].filter((family) => family !== undefined);
  return {
    iptables: ipv4?.iptables ?? '',
    ip6tables: ipv6?.iptables ?? '',
    ipset: printSets(families.flatMap(({ sets }) => sets)),
    ipvsadm: families.map(({ servers }) => printServers(servers)).join(''),
    addresses: printAddresses(families.flatMap(({ addresses }) => addresses)),
  };
};

/** A section for each tool, headed by its command line; not for the rules of a family that nobody asked for. */
export const printIpvs = ({ iptables, ip6tables, ipset, ipvsadm, addresses }: IpvsTexts): string =>
  [
    ['iptables-save', iptables],
    ['ip6tables-save', ip6tables],
    ['ipset save', ipset],
    ['ipvsadm -Sn', ipvsadm],
    ['ip -brief address show dev kube-ipvs0', addresses],
  ]
    .filter(([command = '', text]) => text !== '' || !command.endsWith('tables-save'))
    .map(([command = '', text = '']) => `# ${command}\n${text}`)
    .join('\n');
