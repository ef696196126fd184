import type { NodeFile } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import type { Lab } from '../support/lab.ts';
import { lab, rules } from '../support/lab.ts';

const UP = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
const link = (ifindex: number, ifname: string, more: object): object => ({ ifindex, ifname, flags: UP, mtu: 1500, ...more });

const files = (sysctl: string, kind = 'bridge'): Readonly<Partial<Record<NodeFile, string>>> => ({
  'ip-addr.json': JSON.stringify([
    { ifindex: 2, ifname: 'br0', flags: UP, addr_info: [{ local: '10.1.0.1', prefixlen: 24, scope: 'global' }] },
    { ifindex: 5, ifname: 'eth0', flags: UP, addr_info: [{ local: '172.18.0.2', prefixlen: 24, scope: 'global' }] },
  ]),
  'ip-link.json': JSON.stringify([
    link(2, 'br0', { linkinfo: { info_kind: kind } }),
    link(3, 'pa', { master: 'br0', linkinfo: { info_kind: 'veth' } }),
    link(4, 'pb', { master: 'br0', linkinfo: { info_kind: 'veth' } }),
    link(5, 'eth0', {}),
  ]),
  'ip-route.json': JSON.stringify([
    { dst: '10.1.0.0/24', dev: 'br0', scope: 'link', prefsrc: '10.1.0.1' },
    { dst: '172.18.0.0/24', dev: 'eth0', scope: 'link', prefsrc: '172.18.0.2' },
    { type: 'local', dst: '10.1.0.1', dev: 'br0', table: 'local', scope: 'host', prefsrc: '10.1.0.1' },
  ]),
  'sysctl.txt': `net.ipv4.ip_forward = 1\n${sysctl}`,
});

const SERVICE = ['-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.1.0.3:53'];
const node = (sysctl: string, filter: readonly string[] = [], kind?: string): Lab =>
  lab(rules({ nat: SERVICE, filter }), files(sysctl, kind));

const QUERY = 'pa: udp 10.1.0.2:4002 > 10.96.0.10:53';
const ANSWER = 'pb: udp 10.1.0.3:53 > 10.1.0.2:4002';
const OFF = 'net.bridge.bridge-nf-call-iptables = 0\n';
const ON = 'net.bridge.bridge-nf-call-iptables = 1\n';

describe('a packet by a port of a bridge', () => {
  it('reaches IP as its bridge’s', () => {
    const sent = node(OFF, ['-A INPUT -i br0 -j DROP', '-A INPUT -i pa -j ACCEPT']).send('pa: udp 10.1.0.2:4000 > 10.1.0.1:53');
    expect(sent).toBeDropped({ by: 'filter INPUT rule 1' });
  });

  it('that the bridge switches meets no hook without br_netfilter: an answer comes out untranslated', () => {
    const bridge = node(OFF, ['-A FORWARD -s 10.1.0.3/32 -j DROP']);
    expect(bridge.send(QUERY)).toBeForwarded({ device: 'br0', to: '10.1.0.3:53' });
    expect(bridge.send(ANSWER)).toBeForwarded({ device: 'br0', from: '10.1.0.3:53' });
  });

  it('meets all of them with br_netfilter, and keeps its TTL', () => {
    const bridge = node(ON, ['-A FORWARD -i br0 -o br0 -m physdev --physdev-in pb -j ACCEPT']);
    bridge.send(QUERY);
    const answer = bridge.send(ANSWER);
    expect(answer).toBeForwarded({ device: 'br0', from: '10.96.0.10:53', by: 'filter FORWARD rule 1' });
    expect(answer.packet.ttl).toBe(64);
    expect(node(ON, ['-A FORWARD -j DROP']).send(ANSWER)).toBeDropped({ by: 'filter FORWARD rule 1' });
  });

  it('is a question where nobody told whether br_netfilter is on', () => {
    expect(node('').send(ANSWER).outcome).toMatchObject({
      kind: 'not-modelled',
      question: 'whether bridge-nf-call-iptables is on',
    });
  });

  it('goes to the host where it is for somebody beyond the bridge', () => {
    expect(node(OFF, ['-A FORWARD -i br0 -o eth0 -j DROP']).send('pa: udp 10.1.0.2:1 > 172.18.0.9:53')).toBeDropped({
      by: 'filter FORWARD rule 1',
    });
  });

  it('of another kind of device is not followed', () => {
    expect(node(OFF, [], 'openvswitch').send(QUERY).outcome).toMatchObject({
      what: 'what becomes of packets by pa, a port of a openvswitch device,',
    });
  });
});
