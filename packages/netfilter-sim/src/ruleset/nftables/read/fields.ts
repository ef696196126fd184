import type { DataType } from '../values/data-type.ts';

type Fields = Readonly<Record<string, DataType>>;

const PORTS: Fields = { sport: 'inet_service', dport: 'inet_service' };

/** Header fields by protocol, with their types (src/proto.c, nftables 1.0.6); other fields are not evaluated. */
export const PAYLOAD_FIELDS: Readonly<Record<string, Fields>> = {
  ether: { saddr: 'ether_addr', daddr: 'ether_addr', type: 'ether_type' },
  ip: {
    version: 'integer',
    hdrlength: 'integer',
    id: 'integer',
    'frag-off': 'integer',
    checksum: 'integer',
    dscp: 'dscp',
    ecn: 'ecn',
    length: 'integer',
    ttl: 'integer',
    protocol: 'inet_proto',
    saddr: 'ipv4_addr',
    daddr: 'ipv4_addr',
  },
  ip6: {
    version: 'integer',
    flowlabel: 'integer',
    dscp: 'dscp',
    ecn: 'ecn',
    length: 'integer',
    nexthdr: 'inet_proto',
    hoplimit: 'integer',
    saddr: 'ipv6_addr',
    daddr: 'ipv6_addr',
  },
  th: PORTS,
  udp: { ...PORTS, length: 'integer', checksum: 'integer' },
  udplite: PORTS,
  sctp: PORTS,
  dccp: PORTS,
  tcp: {
    ...PORTS,
    flags: 'tcp_flag',
    sequence: 'integer',
    ackseq: 'integer',
    doff: 'integer',
    window: 'integer',
    checksum: 'integer',
    urgptr: 'integer',
  },
  icmp: { type: 'icmp_type', code: 'icmp_code', id: 'integer', checksum: 'integer', sequence: 'integer' },
  icmpv6: { type: 'icmpv6_type', code: 'icmpv6_code', id: 'integer', checksum: 'integer', sequence: 'integer' },
};

/** Fields of TCP options (src/tcpopt.c, nftables 1.0.6). */
export const TCP_OPTION_FIELDS: Readonly<Record<string, Fields>> = {
  maxseg: { size: 'integer', length: 'integer' },
  window: { count: 'integer', length: 'integer' },
  'sack-perm': { length: 'integer' },
  'sack-permitted': { length: 'integer' },
};

export const META_KEYS: Fields = {
  mark: 'mark',
  iif: 'iface_index',
  oif: 'iface_index',
  iifname: 'ifname',
  oifname: 'ifname',
  l4proto: 'inet_proto',
  nfproto: 'nf_proto',
  protocol: 'ether_type',
  length: 'integer',
  pkttype: 'pkt_type',
  iifgroup: 'devgroup',
  oifgroup: 'devgroup',
  skuid: 'uid',
  skgid: 'gid',
  nftrace: 'integer',
};

export const CT_KEYS: Fields = {
  state: 'ct_state',
  status: 'ct_status',
  direction: 'ct_dir',
  mark: 'mark',
  l3proto: 'nf_proto',
  protocol: 'inet_proto',
  'ip saddr': 'ipv4_addr',
  'ip daddr': 'ipv4_addr',
  'ip6 saddr': 'ipv6_addr',
  'ip6 daddr': 'ipv6_addr',
  'proto-src': 'inet_service',
  'proto-dst': 'inet_service',
  expiration: 'time',
  zone: 'integer',
  packets: 'integer_64',
  bytes: 'integer_64',
  avgpkt: 'integer_64',
};
