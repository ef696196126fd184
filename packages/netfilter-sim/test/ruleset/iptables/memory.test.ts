import type { MatchResult, PacketContext } from '@nodelocal/netfilter-sim';
import { address, atMs, port, ruleMatches } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { ruleOf, udpPacket, world } from './support/context.ts';

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

  it('counts the connections that the rule has seen, each once, while they live', () => {
    const rule = ruleOf('-m connlimit --connlimit-upto 2');
    const over = new Set<number>();
    const { context } = world();
    const from = (sport: number): MatchResult =>
      ruleMatches(
        rule,
        context({
          packet: udpPacket({ sport: port(sport) }),
          connectionState: (tuple) => (tuple.kind === 'ports' && over.has(tuple.sport) ? 'gone' : 'open'),
        }),
        'rule',
      );
    expect(ones([1, 2, 3, 1].map(from))).toBe('1100');
    over.add(2).add(3);
    expect(ones([1, 4, 5].map(from))).toBe('010');
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

  // 1 kB a second: a packet of 32 bytes costs three times 16, and a second's credit pays for 21 of them.
  it('counts bytes with hashlimit, and fills up once for each part of the burst', () => {
    const rule = '-m hashlimit --hashlimit-upto 1kb/s --hashlimit-name';
    const count = (text: string, when: readonly number[]): number => answers(text, when).filter((result) => result === 'match').length;
    expect(count(`${rule} a`, Array.from({ length: 60 }, () => 0))).toBe(21);
    expect(count(`${rule} b --hashlimit-burst 2kb`, Array.from({ length: 80 }, () => 0))).toBe(63);
    expect(ones(answers(`${rule} c`, [...Array.from({ length: 21 }, () => 0), 40, 50, 60, 100])).slice(21)).toBe('1001');
  });

  it('looks at whole intervals with --hashlimit-rate-match', () => {
    const rule = '-m hashlimit --hashlimit-upto 2/sec --hashlimit-burst 1 --hashlimit-rate-match --hashlimit-name d';
    // Three fit into the first second, which is too much for the second one; that has few, so that the third is free.
    expect(ones(answers(rule, [0, 1, 2, 3, 1000, 1500, 2000, 2001]))).toBe('11100011');
    const bytes = '-m hashlimit --hashlimit-above 64b/s --hashlimit-rate-match --hashlimit-name e';
    expect(ones(answers(bytes, [0, 1, 2, 1000, 2000]))).toBe('00110');
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
