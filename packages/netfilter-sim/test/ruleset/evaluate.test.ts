import { address, applyTarget, atMs, port, ruleMatches } from '@nodelocal/netfilter-sim';
import type { MatchResult, PacketContext, TargetOutcome } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { entry, ruleOf, tcpPacket, tracked, udpPacket, world } from './support/context.ts';
import type { RulePlace } from './support/context.ts';

type Row = readonly [rule: string, context: Partial<PacketContext>, expected: 'match' | 'no-match'];

const evaluate = (text: string, context: Partial<PacketContext>, place: RulePlace = {}): MatchResult =>
  ruleMatches(ruleOf(text, place), world().context(context), 'rule');

const later = udpPacket({ fragment: 'later' });
const ipv6Packet = udpPacket({ family: 'ipv6', src: address('fd00::5'), dst: address('fd00::a') });
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
    ['-m connlabel --label 7', { conntrack: tracked('new', { labels: [7] }) }, 'match'],
    ['-m connlabel ! --label 7', {}, 'match'],
    ['-m helper --helper ftp', { conntrack: tracked('established', { helper: 'ftp' }) }, 'no-match'],
    ['-m connlimit --connlimit-above 3', { conntrack: tracked('new', { status: { confirmed: false } }) }, 'match'],
    ['-m connlimit --connlimit-above 3', { conntrack: tracked('established') }, 'no-match'],
    ['-m connlimit --connlimit-upto 3', { conntrack: tracked('established') }, 'match'],
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
    ['-m socket', { localSocket: () => 'wildcard' }, 'no-match'],
    ['-m socket --nowildcard', { localSocket: () => 'wildcard' }, 'match'],
    ['-m socket', { localSocket: () => 'bound' }, 'match'],
    ['-m socket --transparent', { localSocket: () => 'bound' }, 'no-match'],
    ['-m socket --transparent', { localSocket: () => 'transparent' }, 'match'],
  ])('in raw PREROUTING, %s: %o → %s', (rule, context, expected) => {
    expect(evaluate(rule, context, { table: 'raw', chain: 'PREROUTING' })).toBe(expected);
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
    ['-m time --timestart 10:00', {}],
    ['-m u32 --u32 "0=0"', {}],
    ['-m connbytes --connbytes 5 --connbytes-dir both --connbytes-mode bytes', {}],
    ['-m set --match-set nope src', {}],
    ['-m set --match-set dns src --packets-gt 5', {}],
    ['-m string --algo bm --string x', {}],
    ['-m cpu --cpu 0', {}],
  ])('%s says so instead of guessing', (rule, context) => {
    expect(evaluate(rule, context)).toMatchObject({ kind: 'not-modelled' });
  });

  it('asks for the owner of a packet whose socket is unknown', () => {
    const { context, asked } = world(true);
    expect(ruleMatches(ruleOf('-m owner --uid-owner 0'), context({ owner: { kind: 'unknown' } }), 'rule')).toBe('match');
    expect(asked).toMatchObject([{ kind: 'unknown' }]);
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

describe('matches that remember', () => {
  /** The answers to packets at these milliseconds. */
  const answers = (text: string, timesMs: readonly number[], changes: Partial<PacketContext> = {}): readonly MatchResult[] => {
    const { context } = world();
    const rule = ruleOf(text);
    return timesMs.map((ms) => ruleMatches(rule, context({ now: atMs(ms), ...changes }), 'rule'));
  };
  const ones = (results: readonly MatchResult[]): string => results.map((result) => (result === 'match' ? '1' : '0')).join('');
  const times = (count: number, everyMs = 0): readonly number[] => Array.from({ length: count }, (_, index) => index * everyMs);

  it.each([
    ['--every 3 --packet 0', '1001001'],
    ['--every 3 --packet 1', '0100100'],
    ['--every 3 --packet 2', '0010010'],
    ['! --every 3 --packet 1', '1011011'],
    ['--every 1 --packet 0', '1111111'],
  ])('nth %s: %s', (options, expected) => {
    expect(ones(answers(`-m statistic --mode nth ${options}`, times(7)))).toBe(expected);
  });

  it('counts nth only for packets that get past what stands left of it', () => {
    const { context } = world();
    const rule = ruleOf('-p udp --dport 53 -m statistic --mode nth --every 2 --packet 0');
    const ports = [53, 80, 80, 53, 53].map((dport) => context({ packet: udpPacket({ dport: port(dport) }) }));
    expect(ones(ports.map((each) => ruleMatches(rule, each, 'rule')))).toBe('10001');
  });

  it('keeps two rules of the same words apart by their keys', () => {
    const { context } = world();
    const rule = ruleOf('-m statistic --mode nth --every 2 --packet 0');
    expect(['a', 'b', 'a', 'b'].map((key) => ruleMatches(rule, context(), key))).toEqual(['match', 'match', 'no-match', 'no-match']);
  });

  it('limits to the burst, then to the rate', () => {
    expect(ones(answers('-m limit --limit 2/sec --limit-burst 3', times(5)))).toBe('11100');
    expect(ones(answers('-m limit --limit 2/sec --limit-burst 1', [0, 100, 499, 500, 900, 1000]))).toBe('100101');
    expect(ones(answers('-m limit --limit 1/hour --limit-burst 1', [0, 3_599_999, 3_600_000]))).toBe('101');
  });

  it('limits each source on its own with hashlimit', () => {
    const { context } = world();
    const rule = ruleOf('-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name x');
    const from = (src: string, ms: number): MatchResult =>
      ruleMatches(rule, context({ packet: udpPacket({ src: address(src) }), now: atMs(ms) }), 'rule');
    expect([from('10.0.0.1', 0), from('10.0.0.1', 1), from('10.0.0.2', 1), from('10.0.0.1', 1001)]).toEqual([
      'match',
      'no-match',
      'match',
      'match',
    ]);
  });

  it('turns hashlimit round with --hashlimit-above', () => {
    expect(ones(answers('-m hashlimit --hashlimit-above 1/sec --hashlimit-burst 2 --hashlimit-name x', times(4)))).toBe('0011');
  });

  it('uses up a quota', () => {
    expect(ones(answers('-m quota --quota 70', times(4)))).toBe('1100');
  });

  it('knows an address for so many seconds, and shares the table by name', () => {
    const { context } = world();
    const at = (text: string, ms: number): MatchResult => ruleMatches(ruleOf(text), context({ now: atMs(ms) }), text);
    expect(at('-m recent --name KUBE --rcheck --seconds 10', 0)).toBe('no-match');
    expect(at('-m recent --name KUBE --set', 0)).toBe('match');
    expect(at('-m recent --name OTHER --rcheck', 0)).toBe('no-match');
    expect(at('-m recent --name KUBE --rcheck --seconds 10', 10_000)).toBe('match');
    expect(at('-m recent --name KUBE --rcheck --seconds 10', 10_001)).toBe('no-match');
    expect(at('-m recent --name KUBE ! --rcheck --seconds 10', 10_001)).toBe('match');
    expect(at('-m recent --name KUBE --rcheck --seconds 10 --reap', 10_001)).toBe('no-match');
    expect(at('-m recent --name KUBE --rcheck', 10_001)).toBe('no-match');
  });

  it('renews with --update, forgets with --remove, counts hits', () => {
    const { context } = world();
    const at = (text: string, ms: number): MatchResult => ruleMatches(ruleOf(text), context({ now: atMs(ms) }), text);
    expect(at('-m recent --update --seconds 5', 0)).toBe('no-match');
    at('-m recent --set', 0);
    expect(at('-m recent --rcheck --hitcount 2', 1000)).toBe('no-match');
    expect(at('-m recent --update --seconds 5', 4000)).toBe('match');
    expect(at('-m recent --rcheck --seconds 5 --hitcount 2', 5000)).toBe('match');
    expect(at('-m recent --update --seconds 5', 9000)).toBe('match');
    expect(at('-m recent --remove', 9000)).toBe('match');
    expect(at('-m recent --rcheck', 9000)).toBe('no-match');
  });

  it('compares the masked destination, and the TTL as it came', () => {
    const { context } = world();
    const at = (text: string, changes: Partial<PacketContext>): MatchResult => ruleMatches(ruleOf(text), context(changes), text);
    at('-m recent --set --rdest --mask 255.255.255.0', { packet: udpPacket({ dst: address('10.96.0.7') }) });
    expect(at('-m recent --rcheck --rdest --mask 255.255.255.0', {})).toBe('match');
    expect(at('-m recent --rcheck --rdest --rttl --mask 255.255.255.0', { packet: udpPacket({ ttl: 3 }) })).toBe('no-match');
  });
});

describe('targets', () => {
  const apply = (text: string, context: Partial<PacketContext> = {}, place: RulePlace = {}): TargetOutcome => {
    const { target } = ruleOf(text, place);
    if (target.kind !== 'extension') throw new Error(`no extension: ${text}`);
    return applyTarget(target.target, world().context(context));
  };
  const raw: RulePlace = { table: 'raw' };
  const mangle: RulePlace = { table: 'mangle' };
  const nat: RulePlace = { table: 'nat' };
  const flags = { random: false, randomFully: false, persistent: false };

  it.each<readonly [rule: string, place: RulePlace, context: Partial<PacketContext>, expected: TargetOutcome]>([
    ['-j NOTRACK', raw, {}, { kind: 'continue', changes: [{ kind: 'untrack' }] }],
    ['-j CT --notrack', raw, {}, { kind: 'continue', changes: [{ kind: 'untrack' }] }],
    ['-j CT --zone-reply mark', raw, {}, { kind: 'continue', changes: [{ kind: 'template', zone: { id: 'mark', direction: 'reply' } }] }],
    ['-j TRACE', raw, {}, { kind: 'continue', changes: [{ kind: 'trace' }] }],
    ['-j MARK --set-xmark 0x5/0xff', {}, { mark: 0x123 }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 0x105 }] }],
    ['-j MARK --set-mark 0x1/0xf0', {}, { mark: 0x1ff }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 0x10f }] }],
    ['-j MARK --or-mark 0x80000000', {}, { mark: 1 }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 0x8000_0001 }] }],
    ['-j MARK --xor-mark 0x3', {}, { mark: 1 }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 2 }] }],
    ['-j CONNMARK --set-mark 5', {}, {}, { kind: 'continue', changes: [] }],
    ['-j CONNMARK --set-xmark 0x5/0xf', {}, { conntrack: tracked('new', { mark: 0x21 }) }, { kind: 'continue', changes: [{ kind: 'set-conntrack-mark', mark: 0x25 }] }],
    // Saving flips the masked packet mark into what is left of the connection's.
    ['-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf', {}, { mark: 0x35, conntrack: tracked('new', { mark: 0x1f }) }, { kind: 'continue', changes: [{ kind: 'set-conntrack-mark', mark: 0x25 }] }],
    ['-j CONNMARK --restore-mark', {}, { mark: 9, conntrack: tracked('new', { mark: 0x1f }) }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 0x1f }] }],
    ['-p udp -j DNAT --to-destination 10.0.0.1-10.0.0.2:53', nat, {}, { kind: 'translate', manip: 'destination', range: { addresses: { min: address('10.0.0.1'), max: address('10.0.0.2') }, ports: { min: port(53), max: port(53) }, ...flags } }],
    ['-j SNAT --to-source 10.0.0.1 --persistent', nat, {}, { kind: 'translate', manip: 'source', range: { addresses: { min: address('10.0.0.1'), max: address('10.0.0.1') }, ...flags, persistent: true } }],
    ['-j MASQUERADE --random-fully', nat, {}, { kind: 'masquerade', range: { ...flags, randomFully: true } }],
    ['-p tcp -j REDIRECT --to-ports 15001', nat, {}, { kind: 'redirect', range: { ports: { min: port(15001), max: port(15001) }, ...flags } }],
    ['-j NETMAP --to 10.1.0.0/16', nat, {}, { kind: 'map-network', address: address('10.1.0.0'), mask: 0xffff0000n }],
    ['-j REJECT', {}, {}, { kind: 'reject', with: 'icmp-port-unreachable' }],
    ['-j TTL --ttl-dec 65', mangle, {}, { kind: 'continue', changes: [{ kind: 'set-ttl', ttl: 0 }] }],
    ['-j TTL --ttl-inc 255', mangle, {}, { kind: 'continue', changes: [{ kind: 'set-ttl', ttl: 255 }] }],
    ['-j DSCP --set-dscp 0x2e', mangle, { packet: udpPacket({ tos: 3 }) }, { kind: 'continue', changes: [{ kind: 'set-tos', tos: 0xbb }] }],
    ['-j TOS --and-tos 0x0f', mangle, { packet: udpPacket({ tos: 0xbb }) }, { kind: 'continue', changes: [{ kind: 'set-tos', tos: 0x0b }] }],
    ['-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu', mangle, {}, { kind: 'continue', changes: [{ kind: 'set-maximum-segment-size', bytes: 'clamp-to-path' }] }],
    ['-p udp -j TPROXY --on-port 15001 --tproxy-mark 0x1/0xff', mangle, {}, { kind: 'transparent-proxy', port: port(15001), mark: { value: 1, mask: 0xff } }],
    ['-j NFQUEUE --queue-num 3 --queue-bypass', {}, {}, { kind: 'queue', queue: 3, bypass: true }],
    ['-j LOG --log-prefix "x: "', {}, {}, { kind: 'continue', changes: [{ kind: 'log', prefix: 'x: ' }] }],
    ['-j NFLOG', {}, {}, { kind: 'continue', changes: [{ kind: 'log', prefix: '' }] }],
    ['-j SET --add-set dns src --exist', {}, {}, { kind: 'continue', changes: [{ kind: 'change-set', operation: 'add', set: 'dns', dimensions: ['src'], exist: true }] }],
    ['-j CHECKSUM --checksum-fill', mangle, {}, { kind: 'continue', changes: [] }],
  ])('%s', (rule, place, context, expected) => {
    expect(apply(rule, context, place)).toEqual(expected);
  });

  it('spreads packets over queues by chance', () => {
    const { target } = ruleOf('-j NFQUEUE --queue-balance 1:3');
    if (target.kind !== 'extension') throw new Error('no extension');
    const { context, asked } = world(false);
    expect(applyTarget(target.target, context())).toEqual({ kind: 'queue', queue: 3, bypass: false });
    expect(asked).toMatchObject([{ probability: 1 / 3 }, { probability: 1 / 2 }]);
  });

  it('names what it cannot do', () => {
    expect(apply('-j SET --map-set dns src --map-mark', {}, mangle)).toMatchObject({ kind: 'not-modelled' });
    expect(apply('-p tcp -j TCPOPTSTRIP --strip-options mss', {}, mangle)).toMatchObject({ kind: 'not-modelled' });
    expect(apply('-j CONNMARK --set-mark 5 --left-shift-mark 3', { conntrack: tracked('new') })).toMatchObject({ kind: 'not-modelled' });
    expect(entry().mark).toBe(0);
  });
});
