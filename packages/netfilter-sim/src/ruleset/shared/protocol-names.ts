import type { ProtocolNumber } from '../../packet/protocol.ts';

/**
 * Number, the name that `iptables-save` prints, and other names that `-p` takes (IANA's registry as
 * Linux distributions ship it in /etc/protocols, and xtables_chain_protos of iptables 1.8.9).
 */
const PROTOCOLS: readonly (readonly [number: ProtocolNumber, name: string, ...aliases: readonly string[]])[] = [
  [0, 'all', 'ip', 'hopopt'],
  [1, 'icmp'],
  [2, 'igmp'],
  [3, 'ggp'],
  [4, 'ipencap', 'IP-ENCAP'],
  [5, 'st'],
  [6, 'tcp'],
  [8, 'egp'],
  [9, 'igp'],
  [12, 'pup'],
  [17, 'udp'],
  [20, 'hmp'],
  [22, 'xns-idp'],
  [27, 'rdp'],
  [29, 'iso-tp4'],
  [33, 'dccp'],
  [36, 'xtp'],
  [37, 'ddp'],
  [38, 'idpr-cmtp'],
  [41, 'ipv6'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [45, 'idrp'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp', 'IPSEC-ESP'],
  [51, 'ah', 'IPSEC-AH'],
  [57, 'skip'],
  [58, 'ipv6-icmp', 'icmpv6'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [73, 'rspf', 'CPHB'],
  [81, 'vmtp'],
  [88, 'eigrp'],
  [89, 'ospf', 'OSPFIGP'],
  [93, 'ax.25'],
  [94, 'ipip'],
  [97, 'etherip'],
  [98, 'encap'],
  [103, 'pim'],
  [108, 'ipcomp'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [124, 'isis'],
  [132, 'sctp'],
  [133, 'fc'],
  [135, 'mobility-header', 'ipv6-mh', 'mh'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
  [138, 'manet'],
  [139, 'hip'],
  [140, 'shim6'],
  [141, 'wesp'],
  [142, 'rohc'],
  [143, 'ethernet'],
];

const numberByName: ReadonlyMap<string, ProtocolNumber> = new Map(
  PROTOCOLS.flatMap(([number, ...names]) => names.map((name) => [name.toLowerCase(), number] as const)),
);

const nameByNumber: ReadonlyMap<ProtocolNumber, string> = new Map(PROTOCOLS.map(([number, name]) => [number, name]));

/** The number of a protocol by its name, whatever its case; 0 for `all`. */
export const protocolByName = (name: string): ProtocolNumber | undefined => numberByName.get(name.toLowerCase());

/** `tcp`; the number itself where the protocol has no name. */
export const printProtocol = (number: ProtocolNumber): string => nameByNumber.get(number) ?? `${number}`;
