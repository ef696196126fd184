import { describe, expect, it } from 'vitest';
import { ACCEPT, ct, DROP, dump, forward, match, meta, nftLab, payload, QUERY, set, SYN } from './support.ts';

const PING = 'pod1: icmp 10.244.1.5 > 10.244.1.6 type 8 id 7';

const isMet = (statements: readonly object[], packet: string): boolean => {
  // A rule on ct makes the kernel track the packet; it stands in a chain that no packet enters.
  const tracking = { name: 'unused', rules: [[match(ct('state'), 'new', 'in'), ACCEPT]] };
  const node = nftLab(
    dump({ family: 'inet', chains: [tracking, { name: 'c', base: forward, rules: [[...statements, DROP]] }] }),
  );
  return node.send(packet).outcome.kind === 'dropped';
};

const and = (left: object, right: unknown): object => ({ '&': [left, right] });
const prefix = (addr: string, len: number): object => ({ prefix: { addr, len } });

const concat = (...parts: readonly unknown[]): object => ({ concat: parts });

describe('a match', () => {
  it.each<readonly [text: string, statement: object, packet: string, holds: boolean]>([
    ['ip saddr 10.244.1.5', match(payload('ip', 'saddr'), '10.244.1.5'), QUERY, true],
    ['ip saddr != 10.244.1.5', match(payload('ip', 'saddr'), '10.244.1.5', '!='), QUERY, false],
    ['ip daddr 10.244.0.0/16', match(payload('ip', 'daddr'), prefix('10.244.0.0', 16)), QUERY, true],
    ['ip daddr != 10.244.0.0/16', match(payload('ip', 'daddr'), prefix('10.244.0.0', 16), '!='), QUERY, false],
    [
      'ip daddr 10.244.1.1-10.244.1.9',
      match(payload('ip', 'daddr'), { range: ['10.244.1.1', '10.244.1.9'] }),
      QUERY,
      true,
    ],
    ['ip ttl < 64', match(payload('ip', 'ttl'), 64, '<'), QUERY, true],
    ['ip ttl >= 64', match(payload('ip', 'ttl'), 64, '>='), QUERY, false],
    ['ip protocol udp', match(payload('ip', 'protocol'), 'udp'), QUERY, true],
    ['ip length 28', match(payload('ip', 'length'), 28), QUERY, true],
    ['ip6 saddr ::/0 of an IPv4 packet', match(payload('ip6', 'saddr'), prefix('::', 0)), QUERY, false],
    ['ip6 saddr != ::1 of an IPv4 packet', match(payload('ip6', 'saddr'), '::1', '!='), QUERY, false],
    ['udp dport { 53, 1000-2000 }', match(payload('udp', 'dport'), set(53, { range: [1000, 2000] })), QUERY, true],
    ['udp dport != { 53 }', match(payload('udp', 'dport'), set(53), '!='), QUERY, false],
    ['udp dport of TCP', match(payload('udp', 'dport'), 80), SYN, false],
    ['th dport 80', match(payload('th', 'dport'), 80), SYN, true],
    ['@th,16,16 80', match({ payload: { base: 'th', offset: 16, len: 16 } }, 80), SYN, true],
    // The same octets of an ICMP header are its type and code.
    ['th sport 2048 of ICMP', match(payload('th', 'sport'), 2048), PING, true],
    ['tcp flags syn', match(payload('tcp', 'flags'), 'syn', 'in'), SYN, true],
    ['tcp flags ! syn', match(payload('tcp', 'flags'), 'syn', '!'), SYN, false],
    ['tcp flags syn / syn,ack', match(and(payload('tcp', 'flags'), ['syn', 'ack']), 'syn'), SYN, true],
    [
      'tcp flags syn / syn,ack, as nft 1.1 writes it',
      match(and(payload('tcp', 'flags'), { '|': ['syn', 'ack'] }), 'syn'),
      SYN,
      true,
    ],
    ['icmp type echo-request', match(payload('icmp', 'type'), 'echo-request'), PING, true],
    ['icmp id 7', match(payload('icmp', 'id'), 7), PING, true],
    ['meta l4proto { tcp, udp }', match(meta('l4proto'), set('tcp', 'udp')), PING, false],
    ['meta nfproto ipv4', match(meta('nfproto'), 'ipv4'), QUERY, true],
    ['meta protocol ip6', match(meta('protocol'), 'ip6'), QUERY, false],
    ['meta mark 0', match(meta('mark'), 0), QUERY, true],
    ['meta mark & 0x4000 == 0', match(and(meta('mark'), 0x4000), 0), QUERY, true],
    ['iifname "pod*"', match(meta('iifname'), 'pod*'), QUERY, true],
    ['iifname { "pod2", "eth*" }', match(meta('iifname'), set('pod2', 'eth*')), QUERY, false],
    ['oif "pod2"', match(meta('oif'), 'pod2'), QUERY, true],
    ['ct state new', match(ct('state'), 'new', 'in'), QUERY, true],
    ['ct state established,related', match(ct('state'), ['established', 'related'], 'in'), QUERY, false],
    ['ct state ! established', match(ct('state'), 'established', '!'), QUERY, true],
    ['ct status dnat', match(ct('status'), 'dnat', 'in'), QUERY, false],
    ['ct direction original', match(ct('direction'), 'original'), QUERY, true],
    ['ct original ip daddr 10.244.1.6', match(ct('ip daddr', 'original'), '10.244.1.6'), QUERY, true],
    ['ct original proto-dst 53', match(ct('proto-dst', 'original'), 53), QUERY, true],
    [
      'ct original proto-dst { 53, 80-99 }, as nft 1.0.6 prints it',
      match(ct('proto-dst', 'original'), set('0x35 [invalid type]', { range: ['0x50 [invalid type]', '0x63 [invalid type]'] })),
      QUERY,
      true,
    ],
    ['ct reply ip6 saddr of an IPv4 packet', match(ct('ip6 saddr', 'reply'), '::1', '!='), QUERY, false],
    ['fib daddr type local', match({ fib: { result: 'type', flags: ['daddr'] } }, 'local'), QUERY, false],
    ['fib daddr type unicast', match({ fib: { result: 'type', flags: 'daddr' } }, 'unicast'), QUERY, true],
    ['fib daddr oif pod2', match({ fib: { result: 'oif', flags: ['daddr'] } }, 'pod2'), QUERY, true],
    ['fib daddr oifname eth0', match({ fib: { result: 'oifname', flags: ['daddr'] } }, 'eth0'), QUERY, false],
    ['fib saddr . iif oif exists', match({ fib: { result: 'oif', flags: ['saddr', 'iif'] } }, true), QUERY, true],
    [
      'fib saddr . iif oif missing',
      match({ fib: { result: 'oif', flags: ['saddr', 'iif'] } }, false),
      'pod2: udp 10.244.1.5:1 > 10.244.1.6:53',
      true,
    ],
    [
      'ip saddr . udp dport { 10.244.0.0/16 . 53 }',
      match(concat(payload('ip', 'saddr'), payload('udp', 'dport')), set(concat(prefix('10.244.0.0', 16), 53))),
      QUERY,
      true,
    ],
    ['limit over 1/second burst 1, once', { limit: { rate: 1, per: 'second', burst: 1, inv: true } }, QUERY, false],
  ])('%s', (_text, statement, packet, holds) => {
    expect(isMet([statement], packet)).toBe(holds);
  });
});
