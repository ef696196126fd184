import type { Address, PacketContext, TargetOutcome } from '@nodelocal/netfilter-sim';
import { address, applyTarget, port } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBits, addressFromBits } from '../../../src/packet/address.ts';
import { ruleOf, tcpPacket, tracked, udpPacket, world } from './support/context.ts';
import type { RulePlace } from './support/context.ts';

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
    ['-j CONNMARK --set-xmark 0x5/0xf --left-shift-mark 4', {}, { conntrack: tracked('new', { mark: 0xf000_0021 }) }, { kind: 'continue', changes: [{ kind: 'set-conntrack-mark', mark: 0x250 }] }],
    ['-j CONNMARK --save-mark --nfmask 0xff0 --ctmask 0xff --right-shift-mark 4', {}, { mark: 0x1358, conntrack: tracked('new', { mark: 0x100 }) }, { kind: 'continue', changes: [{ kind: 'set-conntrack-mark', mark: 0x135 }] }],
    ['-j CONNMARK --restore-mark --ctmask 0xff --nfmask 0xff00 --left-shift-mark 8', {}, { mark: 0x1234, conntrack: tracked('new', { mark: 0x156 }) }, { kind: 'continue', changes: [{ kind: 'set-mark', mark: 0x5634 }] }],
    // As Linux 6.18 was seen to do: what is neither an open nor a plain ACK goes on.
    ...[0x12, 0x01, 0x11, 0x04, 0x14, 0, 0x03].map((flags) => ['-p tcp -j SYNPROXY --mss 1460', {}, { packet: tcpPacket({ flags }) }, { kind: 'continue', changes: [] }] as const),
    ['-p tcp -j ECN --ecn-tcp-remove', mangle, { packet: tcpPacket() }, { kind: 'continue', changes: [{ kind: 'clear-tcp-flags', flags: 0xc0 }] }],
    ['-p tcp -j TCPOPTSTRIP --strip-options timestamp,sack', mangle, { packet: tcpPacket() }, { kind: 'continue', changes: [{ kind: 'blank-tcp-options', numbers: [5, 8] }] }],
    ...[0x02, 0xc2].map((flags) => ['-p tcp -j SYNPROXY --mss 1400', {}, { packet: tcpPacket({ flags }) }, { kind: 'answer-open', maximumSegmentSize: 1400 }] as const),
    ['-p tcp -j SYNPROXY --mss 1400', {}, { packet: tcpPacket({ options: {} }) }, { kind: 'answer-open' }],
    ['-p tcp -j SYNPROXY', {}, { packet: tcpPacket() }, { kind: 'answer-open' }],
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
    ['-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu', mangle, {}, { kind: 'continue', changes: [{ kind: 'set-maximum-segment-size', bytes: 'clamp-to-path', whereMissing: 'put-in' }] }],
    ['-p udp -j TPROXY --on-port 15001 --tproxy-mark 0x1/0xff', mangle, {}, { kind: 'transparent-proxy', port: port(15001), mark: { value: 1, mask: 0xff } }],
    ['-j NFQUEUE --queue-num 3 --queue-bypass', {}, {}, { kind: 'queue', queue: 3, bypass: true }],
    ['-j LOG --log-prefix "x: "', {}, {}, { kind: 'continue', changes: [{ kind: 'log', prefix: 'x: ' }] }],
    ['-j NFLOG', {}, {}, { kind: 'continue', changes: [{ kind: 'log', prefix: '' }] }],
    ['-j SET --add-set dns src --exist', {}, {}, { kind: 'continue', changes: [{ kind: 'change-set', operation: 'add', set: 'dns', dimensions: ['src'], exist: true }] }],
    ['-j CHECKSUM --checksum-fill', mangle, {}, { kind: 'continue', changes: [] }],
  ])('%s', (rule, place, context, expected) => {
    expect(apply(rule, context, place)).toEqual(expected);
  });

  it('translates prefixes so that no checksum sees it, and back again', () => {
    const groups = fc.array(fc.oneof(fc.constantFrom(0, 0xffff), fc.nat({ max: 0xffff })), { minLength: 5, maxLength: 5 });
    const network = fc.constantFrom('fd00:1::/48', 'fd00:2::/48', '2001:db8:7::/48', 'fd00:a:b:c::/64', 'fd00:ffff:ffff:ffff::/64', 'fd00::/32');
    const translated = (side: 'src' | 'dst', from: string, to: string, of: Address): Address => {
      const place = { family: 'ipv6', table: 'mangle', chain: side === 'src' ? 'POSTROUTING' : 'PREROUTING' } as const;
      const outcome = apply(`-j ${side === 'src' ? 'SNPT' : 'DNPT'} --src-pfx ${from} --dst-pfx ${to}`, { packet: udpPacket({ family: 'ipv6', src: of, dst: of }) }, place);
      const [change] = outcome.kind === 'continue' ? outcome.changes : [];
      return change?.kind === 'set-address' ? change.address : address('::');
    };
    const sum = (of: Address): bigint => addressBits(of) % 0xffffn;
    fc.assert(
      fc.property(groups, network, network, (own, from, to) => {
        const length = Math.max(Number(from.split('/')[1]), Number(to.split('/')[1]));
        const prefix = addressBits(address(from.split('/')[0] ?? ''));
        const host = own.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n) & ((1n << BigInt(128 - length)) - 1n);
        // All ones is said to be no interface identifier.
        fc.pre(length <= 48 || (host & 0xffff_ffff_ffff_ffffn) !== 0xffff_ffff_ffff_ffffn);
        const before = addressFromBits('ipv6', prefix | host);
        const after = translated('src', from, to, before);
        expect(sum(after)).toBe(sum(before));
        // One word of all ones is as good as one of zeros to a checksum: the way back cannot tell them.
        if (!own.includes(0xffff)) expect(translated('dst', to, from, after)).toBe(before);
      }),
      { seed: 1 },
    );
  });

  it('spreads packets over queues by chance', () => {
    const { target } = ruleOf('-j NFQUEUE --queue-balance 1:3');
    if (target.kind !== 'extension') throw new Error('no extension');
    const { context, asked } = world(false);
    expect(applyTarget(target.target, context())).toEqual({ kind: 'queue', queue: 3, bypass: false });
    expect(asked).toMatchObject([{ probability: 1 / 3 }, { probability: 1 / 2 }]);
  });

  it('names what it cannot do', () => {
    for (const flags of [0x10, 0x18]) expect(apply('-p tcp -j SYNPROXY --mss 1460', { packet: tcpPacket({ flags }) })).toMatchObject({ kind: 'not-modelled' });
    expect(apply('-p tcp -j ECN --ecn-tcp-remove', { packet: tcpPacket({ fragment: 'later' }) }, mangle)).toMatchObject({ kind: 'not-modelled' });
    const elsewhere = { packet: udpPacket({ family: 'ipv6', src: address('fd00:9::1'), dst: address('fd00::1') }) };
    expect(apply('-j SNPT --src-pfx fd00:1::/64 --dst-pfx fd00:2::/64', elsewhere, { family: 'ipv6', table: 'mangle', chain: 'POSTROUTING' })).toMatchObject({ kind: 'not-modelled' });
    expect(apply('-p esp -j HMARK --hmark-spi-mask 0xff --hmark-rnd 1 --hmark-mod 4', { packet: { ...udpPacket(), kind: 'other', protocol: 50 } })).toMatchObject({ kind: 'not-modelled' });
  });
});
