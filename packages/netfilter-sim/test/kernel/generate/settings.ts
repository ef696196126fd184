import * as fc from 'fast-check';
import { mostly } from '../../../src/arbitraries/words.ts';

/**
 * What cases change: the usual value, and others. IPv6 forwarding is not among it: it gives and takes
 * anycast addresses.
 */
const SETTINGS: Readonly<Record<string, readonly [usual: string, ...others: string[]]>> = {
  'net.ipv4.ip_forward': ['1', '0'],
  'net.ipv4.ip_default_ttl': ['64', '33'],
  'net.ipv4.icmp_echo_ignore_all': ['1', '0', '0', '0'],
  'net.ipv4.conf.all.rp_filter': ['0', '1', '1', '2', '2'],
  'net.ipv4.conf.vpod1.rp_filter': ['0', '1', '2'],
  'net.ipv4.conf.eth0.rp_filter': ['0', '1', '2'],
  'net.ipv4.conf.all.accept_local': ['0', '1'],
  'net.ipv4.conf.all.route_localnet': ['0', '1'],
  'net.ipv4.conf.all.src_valid_mark': ['0', '1'],
  'net.ipv6.icmp.echo_ignore_all': ['1', '0', '0', '0'],
  'net.netfilter.nf_conntrack_tcp_loose': ['1', '0', '0'],
  'net.netfilter.nf_conntrack_tcp_be_liberal': ['0', '1'],
  'net.netfilter.nf_conntrack_tcp_max_retrans': ['3', '1'],
  'net.netfilter.nf_conntrack_udp_timeout': ['30', '1', '17'],
  'net.netfilter.nf_conntrack_udp_timeout_stream': ['120', '44'],
  'net.netfilter.nf_conntrack_icmp_timeout': ['30', '2'],
  'net.netfilter.nf_conntrack_icmpv6_timeout': ['30', '2'],
  'net.netfilter.nf_conntrack_generic_timeout': ['600', '2'],
  'net.netfilter.nf_conntrack_tcp_timeout_syn_sent': ['120', '1'],
  'net.netfilter.nf_conntrack_tcp_timeout_syn_recv': ['60', '22'],
  'net.netfilter.nf_conntrack_tcp_timeout_established': ['432000', '2', '250'],
  'net.netfilter.nf_conntrack_tcp_timeout_unacknowledged': ['300', '77'],
  'net.netfilter.nf_conntrack_tcp_timeout_max_retrans': ['300', '66'],
};

/** Every setting has its value in each case, so none is left from the case before. */
export const settings: fc.Arbitrary<Readonly<Record<string, string>>> = fc.record(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, [usual, ...others]]) => [name, mostly(usual, ...others)])),
);

/** The settings that are not as usual. */
export const unusual = (sysctls: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(sysctls).filter(([name, value]) => SETTINGS[name]?.[0] !== value));

/** Every setting of the host as a whole as it usually is. */
export const usualSettings: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([name, [usual]]) => (/conf\.(?!all)/.test(name) ? [] : [[name, usual]])),
);
