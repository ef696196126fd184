import { address, atMs, ruleMatches } from '@nodelocal/netfilter-sim';
import type { Hook, LocalSocket, MatchResult, PacketContext } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { ruleOf, tcpPacket, tracked, udpPacket, verdictOf, world } from './support/context.ts';
import type { RulePlace } from './support/context.ts';

type Row = readonly [rule: string, context: Partial<PacketContext>, expected: 'match' | 'no-match'];

const evaluate = (text: string, context: Partial<PacketContext>, place: RulePlace = {}): MatchResult =>
  verdictOf(ruleOf(text, place), context);

const later = udpPacket({ fragment: 'later' });
const ipv6Packet = udpPacket({ family: 'ipv6', src: address('fd00::5'), dst: address('fd00::a') });
const open = (wildcard: boolean, transparent = false): LocalSocket => ({ kind: 'socket', wildcard, transparent });
const icmp = (icmpType: number, icmpCode: number): Partial<PacketContext> => ({
  packet: { kind: 'icmp', family: 'ipv4', src: address('10.0.0.1'), dst: address('10.0.0.2'), ttl: 64, tos: 0, payloadBytes: 4, icmpType, icmpCode, icmpId: 1 },
});

describe('base tests', () => {
  it.each<Row>([
    ['', {}, 'match'],
    ['-s 10.244.0.0/16', {}, 'match'],
    ['! -s 10.244.0.0/16', {}, 'no-match'],
    ['-s 10.0.1.0/255.0.255.0', {}, 'match'],
    ['-d 10.96.0.10', {}, 'match'],
    ['-d 10.96.0.11', {}, 'no-match'],
    ['! -d 0.0.0.0/0', {}, 'no-match'],
    ['-i vpod1', {}, 'match'],
    ['-i vpod', {}, 'no-match'],
    ['-i vpod+', {}, 'match'],
    ['! -i vpod+', {}, 'no-match'],
    ['-i lo', { inDevice: '' }, 'no-match'],
    ['! -i lo', { inDevice: '' }, 'match'],
    ['! -i lo+', { inDevice: '' }, 'match'],
    ['-p udp', {}, 'match'],
    ['! -p udp', {}, 'no-match'],
    ['! -p tcp', {}, 'match'],
    ['-f', {}, 'no-match'],
    ['! -f', {}, 'match'],
    ['-f', { packet: later }, 'match'],
    ['! -f', { packet: udpPacket({ fragment: 'first' }) }, 'match'],
  ])('%s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context)).toBe(expected);
  });
});

describe('matches on the packet', () => {
  it.each<Row>([
    ['-p udp --dport 53', {}, 'match'],
    ['-p udp ! --dport 53', {}, 'no-match'],
    ['-p udp --sport 1024: --dport 1:53', {}, 'match'],
    ['-p udp --dport 53', { packet: later }, 'no-match'],
    ['-p udp ! --dport 80', { packet: later }, 'no-match'],
    ['-p udp ! --dport 0:65535', {}, 'no-match'],
    ['-p tcp --syn', { packet: tcpPacket() }, 'match'],
    ['-p tcp --syn', { packet: tcpPacket({ flags: 18 }) }, 'no-match'],
    ['-p tcp ! --syn', { packet: tcpPacket({ flags: 16 }) }, 'match'],
    ['-p tcp --syn', { packet: tcpPacket({ flags: 2 + 64 }) }, 'match'],
    ['-p tcp --tcp-flags ALL NONE', { packet: tcpPacket({ flags: 0 }) }, 'match'],
    ['-p tcp --tcp-option 2', { packet: tcpPacket() }, 'match'],
    ['-p tcp ! --tcp-option 3', { packet: tcpPacket() }, 'match'],
    ['-p tcp -m tcpmss --mss 1400:1500', { packet: tcpPacket() }, 'match'],
    ['-p tcp -m tcpmss ! --mss 1:2', { packet: tcpPacket({ options: {} }) }, 'match'],
    ['-p tcp -m tcpmss --mss 0:65535', { packet: tcpPacket({ options: {} }) }, 'no-match'],
    ['-p udp -m multiport --dports 80,50:60', {}, 'match'],
    ['-p udp -m multiport ! --dports 80,50:60', {}, 'no-match'],
    ['-p udp -m multiport --sports 53', {}, 'no-match'],
    ['-p udp -m multiport --ports 53', {}, 'match'],
    ['-p udp -m multiport ! --ports 80', { packet: later }, 'no-match'],
    ['-p icmp --icmp-type 8', icmp(8, 0), 'match'],
    ['-p icmp --icmp-type 3/4', icmp(3, 4), 'match'],
    ['-p icmp --icmp-type 3/4', icmp(3, 3), 'no-match'],
    ['-p icmp ! --icmp-type 3/4', icmp(3, 3), 'match'],
    ['-p icmp --icmp-type any', icmp(3, 3), 'match'],
    ['-p icmp ! --icmp-type any', icmp(3, 3), 'no-match'],
    ['-m iprange --src-range 10.244.1.1-10.244.1.9', {}, 'match'],
    ['-m iprange ! --dst-range 10.96.0.0-10.96.0.9', {}, 'match'],
    ['-m iprange --src-range 10.244.1.9-10.244.1.1', {}, 'no-match'],
    ['-m u32 --u32 "6&0xFF=17&&0>>22&0x3C@0&0xFFFF=53"', {}, 'match'],
    ['-m u32 --u32 "0>>22&0x3C@0&0xFFFF=54"', {}, 'no-match'],
    // One test that fails is enough, whatever is not known of the other.
    ['-m u32 ! --u32 "4>>16=7&&6&0xFF=6"', {}, 'match'],
    ['-m u32 --u32 "4&0x3FFF=0"', {}, 'match'],
    ['-m u32 --u32 "4&0x2000>>13=1"', { packet: udpPacket({ fragment: 'first' }) }, 'match'],
    ['-m u32 --u32 "29=0:0xFFFFFFFF"', {}, 'no-match'],
    ['-m bpf --bytecode "4,48 0 0 9,21 0 1 17,6 0 0 1,6 0 0 0"', {}, 'match'],
    ['-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"', {}, 'no-match'],
    ['-p tcp -m osf --genre Linux', { packet: tcpPacket({ flags: 16 }) }, 'no-match'],
    ['-m cluster --cluster-total-nodes 1 --cluster-local-node 1 --cluster-hash-seed 1', { conntrack: tracked('established') }, 'match'],
    ['-m cluster --cluster-total-nodes 1 ! --cluster-local-node 1 --cluster-hash-seed 1', {}, 'no-match'],
    ['-m string --algo bm --hex-string "|0a60000a|"', {}, 'match'],
    ['-m length --length 32', {}, 'match'],
    ['-m length --length 33:', {}, 'no-match'],
    ['-m length ! --length 10:5', {}, 'match'],
    ['-m ttl --ttl-eq 64', {}, 'match'],
    ['-m ttl ! --ttl-eq 64', {}, 'no-match'],
    ['-m ttl --ttl-lt 64', {}, 'no-match'],
    ['-m ttl --ttl-gt 63', {}, 'match'],
    ['-m dscp --dscp-class EF', { packet: udpPacket({ tos: 0xb9 }) }, 'match'],
    ['-m tos --tos 0x10/0x3f', { packet: udpPacket({ tos: 0xd0 }) }, 'match'],
    ['-m tos ! --tos 0x10', { packet: udpPacket({ tos: 0xd0 }) }, 'match'],
    ['-m ecn --ecn-ip-ect 1', { packet: udpPacket({ tos: 1 }) }, 'match'],
    ['-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr', { packet: tcpPacket({ flags: 2 + 64 }) }, 'match'],
    ['-m mark --mark 0x4000/0x4000', { mark: 0xc000 }, 'match'],
    ['-m mark --mark 0x4001/0x4000', { mark: 0xc001 }, 'no-match'],
    ['-m mark ! --mark 0x1', { mark: 0x8000_0001 }, 'match'],
    ['-m mark --mark 0x80000000/0x80000000', { mark: 0x8000_0001 }, 'match'],
    ['-m comment --comment "x y"', {}, 'match'],
    ['-m string --algo bm --string cluster', { packet: udpPacket({ payload: new TextEncoder().encode('x.CLUSTER.cluster.local'), payloadBytes: 23 }) }, 'match'],
    ['-m string --algo bm --string CLuster', { packet: udpPacket({ payload: new TextEncoder().encode('x.cluster.local'), payloadBytes: 15 }) }, 'no-match'],
    ['-m string --algo bm --icase --string CLuster', { packet: udpPacket({ payload: new TextEncoder().encode('x.cluster.local'), payloadBytes: 15 }) }, 'match'],
    ['-m string --algo bm --to 36 --string cluster', { packet: udpPacket({ payload: new TextEncoder().encode('x.cluster.local'), payloadBytes: 15 }) }, 'no-match'],
    ['-m string --algo bm ! --hex-string "|6c6f|" --from 40', { packet: udpPacket({ payload: new TextEncoder().encode('local'), payloadBytes: 5 }) }, 'match'],
    ['-m pkttype --pkt-type unicast', { inDevice: 'lo' }, 'match'],
    ['-m pkttype --pkt-type broadcast', { link: { sourceMac: '00:00:00:00:00:01', packetType: 'broadcast' } }, 'match'],
    ['-m mac --mac-source 0:1a:2B:3c:4d:5e', { link: { sourceMac: '00:1a:2b:3c:4d:5e', packetType: 'unicast' } }, 'match'],
    ['-m mac ! --mac-source 00:1a:2b:3c:4d:5e', { inDevice: 'lo' }, 'no-match'],
    ['-m policy --dir in --pol none', {}, 'match'],
    ['-m policy --dir in --pol ipsec', {}, 'no-match'],
    ['-m set --match-set dns src', {}, 'match'],
    ['-m set ! --match-set dns src', {}, 'no-match'],
    ['-m set ! --match-set empty src', {}, 'match'],
  ])('%s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context)).toBe(expected);
  });
});

describe('matches on the connection', () => {
  const established = tracked('established', {}, 'reply');

  it.each<Row>([
    ['-m conntrack --ctstate INVALID', {}, 'match'],
    ['-m conntrack --ctstate UNTRACKED', { conntrack: { kind: 'untracked' } }, 'match'],
    ['-m conntrack --ctstate INVALID', { conntrack: { kind: 'untracked' } }, 'no-match'],
    ['-m conntrack ! --ctstate INVALID', { conntrack: { kind: 'untracked' } }, 'match'],
    ['-m conntrack --ctstate RELATED,ESTABLISHED', { conntrack: established }, 'match'],
    ['-m conntrack --ctstate NEW', { conntrack: established }, 'no-match'],
    ['-m conntrack --ctstate DNAT', { conntrack: established }, 'match'],
    ['-m conntrack --ctstate SNAT', { conntrack: established }, 'no-match'],
    ['-m conntrack ! --ctstate NEW,DNAT', { conntrack: established }, 'no-match'],
    // Without a connection: everything but the state counts as met if a state was asked for, …
    ['-m conntrack --ctstate UNTRACKED --ctdir REPLY', { conntrack: { kind: 'untracked' } }, 'match'],
    // … and as not met if none was, inverted or not.
    ['-m conntrack ! --ctorigdst 1.2.3.4', { conntrack: { kind: 'untracked' } }, 'no-match'],
    ['-m conntrack --ctdir REPLY', { conntrack: established }, 'match'],
    ['-m conntrack --ctdir ORIGINAL', { conntrack: established }, 'no-match'],
    ['-m conntrack --ctorigdst 10.96.0.0/16 --ctorigdstport 53', { conntrack: established }, 'match'],
    ['-m conntrack --ctreplsrc 10.244.2.7 --ctreplsrcport 5000:6000', { conntrack: established }, 'match'],
    ['-m conntrack ! --ctreplsrc 10.244.2.9/24', { conntrack: established }, 'no-match'],
    ['-m conntrack --ctproto 17', { conntrack: established }, 'match'],
    ['-m conntrack ! --ctproto udp', { conntrack: established }, 'no-match'],
    ['-m conntrack --ctstatus CONFIRMED', { conntrack: established }, 'match'],
    ['-m conntrack ! --ctstatus SEEN_REPLY,ASSURED', { conntrack: established }, 'match'],
    ['-m conntrack --ctstatus NONE', { conntrack: established }, 'no-match'],
    ['-m conntrack ! --ctstatus NONE', { conntrack: established }, 'match'],
    ['-m conntrack --ctexpire 20:25', { conntrack: established, now: atMs(4500) }, 'match'],
    ['-m conntrack --ctexpire 26:', { conntrack: established, now: atMs(4500) }, 'no-match'],
    ['-m state --state NEW', { conntrack: tracked('new') }, 'match'],
    ['-m state ! --state INVALID', { conntrack: { kind: 'untracked' } }, 'match'],
    ['-m connmark --mark 0x10/0xf0', { conntrack: tracked('new', { mark: 0x11 }) }, 'match'],
    ['-m connmark ! --mark 0x5', { conntrack: { kind: 'untracked' } }, 'no-match'],
    ['-m connlabel --label 7', { conntrack: tracked('new'), connectionLabel: (label, set) => label === 7 && !set }, 'match'],
    ['-m connlabel --label 7 --set', { conntrack: tracked('new'), connectionLabel: (label, set) => label === 7 && set }, 'match'],
    ['-m connlabel ! --label 7', {}, 'match'],
    ['-m helper --helper ftp', { conntrack: tracked('established', { helper: 'ftp' }) }, 'no-match'],
  ])('%s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context)).toBe(expected);
  });
});

describe('matches on the host', () => {
  const socket = { kind: 'socket', uid: 1000, gid: 100, supplementaryGids: [7] } as const;

  it.each<Row>([
    ['-m addrtype --dst-type LOCAL', {}, 'match'],
    ['-m addrtype ! --dst-type LOCAL', {}, 'no-match'],
    ['-m addrtype --src-type UNICAST ! --dst-type BROADCAST,MULTICAST', {}, 'match'],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', { addressType: (_of, device) => (device === 'vpod1' ? 'LOCAL' : 'UNICAST') }, 'match'],
    ['-m addrtype --dst-type LOCAL --limit-iface-out', { addressType: (_of, device) => (device === 'vpod1' ? 'LOCAL' : 'UNICAST') }, 'no-match'],
    ['-m owner --uid-owner 1000', { owner: socket }, 'match'],
    ['-m owner ! --uid-owner 0-999', { owner: socket }, 'match'],
    ['-m owner --gid-owner 7', { owner: socket }, 'no-match'],
    ['-m owner --gid-owner 7 --suppl-groups', { owner: socket }, 'match'],
    ['-m owner ! --socket-exists', { owner: socket }, 'no-match'],
    ['-m owner --uid-owner 0', {}, 'no-match'],
    ['-m owner ! --uid-owner 0', {}, 'match'],
    ['-m owner ! --uid-owner 0 --gid-owner 5', {}, 'no-match'],
    ['-m physdev --physdev-in tap0', { bridge: { inPort: 'tap0', outPort: '' } }, 'match'],
    ['-m physdev ! --physdev-in tap0', {}, 'match'],
    ['-m physdev --physdev-in tap0', {}, 'no-match'],
    ['-m physdev ! --physdev-is-bridged --physdev-is-in', {}, 'no-match'],
    ['-m physdev --physdev-is-bridged', { bridge: { inPort: 'tap0', outPort: 'tap1' } }, 'match'],
  ])('%s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context)).toBe(expected);
  });

  it.each<Row>([
    ['-m rpfilter', {}, 'no-match'],
    ['-m rpfilter --invert', {}, 'match'],
    ['-m rpfilter', { inDevice: 'lo' }, 'match'],
    ['-m rpfilter --invert', { inDevice: 'lo' }, 'no-match'],
    ['-m rpfilter --loose', { reversePath: ({ loose }) => loose }, 'match'],
    ['-m rpfilter', { packet: udpPacket({ src: address('0.0.0.0'), dst: address('255.255.255.255') }) }, 'match'],
    ['-m socket', { localSocket: () => open(true) }, 'no-match'],
    ['-m socket --nowildcard', { localSocket: () => open(true) }, 'match'],
    ['-m socket', { localSocket: () => open(false) }, 'match'],
    ['-m socket --transparent', { localSocket: () => open(false) }, 'no-match'],
    ['-m socket --transparent', { localSocket: () => open(false, true) }, 'match'],
    ['-m socket --transparent', { localSocket: () => open(true, true) }, 'no-match'],
    ['-m socket --transparent --nowildcard', { localSocket: () => open(true, true) }, 'match'],
  ])('in raw PREROUTING, %s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context, { table: 'raw', chain: 'PREROUTING' })).toBe(expected);
  });

  it.each<readonly [chain: Hook, context: Partial<PacketContext>, expected: 'no-match' | 'not-modelled']>([
    ['POSTROUTING', { hook: 'POSTROUTING' }, 'no-match'],
    ['POSTROUTING', { hook: 'POSTROUTING', inDevice: '' }, 'not-modelled'],
    ['OUTPUT', { hook: 'OUTPUT', inDevice: '' }, 'not-modelled'],
    ['INPUT', { hook: 'INPUT', inDevice: 'lo' }, 'no-match'],
    ['INPUT', { hook: 'INPUT' }, 'not-modelled'],
    ['INPUT', { hook: 'INPUT', ...icmp(8, 0) }, 'no-match'],
  ])('in %s, -m cgroup: %o → %s, inverted or not', (chain, context, expected) => {
    for (const rule of ['-m cgroup --cgroup 5', '-m cgroup ! --path /system.slice']) {
      const result = evaluate(rule, context, { table: 'mangle', chain });
      expect(typeof result === 'object' ? result.kind : result).toBe(expected);
    }
  });

  // In IPv6 these are properties of the address, whatever the routes say (match_type6).
  it.each<Row>([
    ['-m addrtype --dst-type UNICAST', { packet: ipv6Packet, addressType: () => 'LOCAL' }, 'match'],
    ['-m addrtype --dst-type LOCAL', { packet: ipv6Packet, addressType: () => 'LOCAL' }, 'match'],
    ['-m addrtype --dst-type LOCAL,UNICAST', { packet: ipv6Packet, addressType: () => 'UNICAST' }, 'no-match'],
    ['-m addrtype --dst-type MULTICAST', { packet: { ...ipv6Packet, dst: address('ff02::1') } }, 'match'],
    ['-m addrtype ! --dst-type MULTICAST', { packet: ipv6Packet }, 'match'],
    ['-m hl --hl-eq 64', { packet: ipv6Packet }, 'match'],
    ['-m rt --rt-type 0', { packet: ipv6Packet }, 'no-match'],
    ['-m frag', { packet: ipv6Packet }, 'no-match'],
    ['-m ipv6header --header prot', { packet: ipv6Packet }, 'match'],
    ['-m eui64', { packet: { ...ipv6Packet, src: address('fe80::21a:2bff:fe3c:4d5e') }, link: { sourceMac: '00:1a:2b:3c:4d:5e', packetType: 'unicast' } }, 'match'],
  ])('in IPv6, %s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context, { family: 'ipv6' })).toBe(expected);
  });
});

describe('what is not modelled or not known', () => {
  it.each([
    ['-m string --algo bm --string x', {}, 'the payload'],
    ['-m mac --mac-source 00:11:22:33:44:55', {}, 'the source MAC address'],
    ['-m owner --uid-owner 101', { owner: { kind: 'unknown' } }, 'the user that owns the sending socket'],
  ] as const)('%s asks', (text, changes, what) => {
    const { context, asked } = world(true);
    expect(ruleMatches(ruleOf(text), context(changes), 'rule')).toBe('match');
    expect(asked).toEqual([{ kind: 'unknown', what }]);
  });

  it.each([
    ['-m time --timestart 10:00', {}],
    ['-m u32 --u32 "4>>16=7"', {}],
    ['-m bpf --bytecode "4,40 0 0 4,21 0 1 7,6 0 0 1,6 0 0 0"', {}],
    ['-m bpf --object-pinned /sys/fs/bpf/x', {}],
    ['-m devgroup --src-group 0x7', {}],
    ['-m realm --realm 0x7', { realms: () => undefined }],
    ['-p tcp -m ecn --ecn-tcp-ece', { packet: tcpPacket({ fragment: 'later' }) }],
    ['-m rateest --rateest R --rateest-gt --rateest-pps 9', {}],
    ['-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1', { conntrack: tracked('related', { status: { expected: true } }) }],
    ['-p tcp -m osf --genre Linux', { packet: tcpPacket() }],
    ['-m set --match-set nope src', {}],
    ['-m cpu --cpu 0', {}],
  ] as readonly (readonly [string, Partial<PacketContext>])[])('%s asks instead of guessing', (text, changes) => {
    const { context, asked } = world(false);
    expect(ruleMatches(ruleOf(text), context(changes), 'rule')).toBe('no-match');
    expect(asked).toEqual([{ kind: 'unknown', what: expect.stringMatching(/./) as string }]);
  });

  it('asks chance once, with the probability as the kernel rounds it', () => {
    const { context, asked } = world(false);
    const rule = ruleOf('-m statistic --mode random --probability 0.33333333349');
    expect(ruleMatches(rule, context(), 'rule')).toBe('no-match');
    expect(asked).toEqual([{ kind: 'chance', what: 'rule:0', probability: 715827883 / 2 ** 31 }]);
  });

  it.each([
    ['1', 'match'],
    ['0', 'no-match'],
  ])('does not ask where the probability is %s', (probability, expected) => {
    const { context, asked } = world(false);
    const rule = ruleOf(`-m statistic --mode random --probability ${probability}`);
    expect(ruleMatches(rule, context(), 'rule')).toBe(expected);
    expect(asked).toEqual([]);
  });
});
