import { describe, expect, it } from 'vitest';
import { CorefileError } from '../../src/corefile/error.ts';
import { parseBlocks } from '../../src/corefile/grammar.ts';
import { tokenize } from '../../src/corefile/lexer.ts';
import { ROOT_ZONE } from '../../src/corefile/zone.ts';
import type { CacheValue } from '../../src/plugins/cache/setup.ts';
import { setup } from '../../src/plugins/cache/setup.ts';

const machine = { interfaces: {}, hostname: 'localhost', software: 'dns-cache', processors: 1 };

/** What the lines of a server block say of its cache. */
const parse = (lines: string): CacheValue => {
  const entries = parseBlocks(tokenize(`. {\n${lines}\n}`, 'Corefile')).flatMap((block) => block.entries);
  return setup({ entries, zones: [ROOT_ZONE], keys: [], machine, root: '' });
};

const option = (lines: string): CacheValue => parse(`cache {\n${lines}\n}`);

const complaint = (lines: string): string => {
  try {
    return `accepted: ${JSON.stringify(parse(lines))}`;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

const capacity = { asked: 9984, least: 1024 };

/** The cases of CoreDNS's plugin/cache/setup_test.go, TestSetup: entries, cap and floor of each store. */
describe('cache', () => {
  const success = [capacity.asked, 3600, 5];
  const denial = [capacity.asked, 1800, 5];
  const least = (cap: number, floor = 5): readonly number[] => [capacity.least, cap, floor];
  it.each<readonly [string, readonly number[], readonly number[], string]>([
    ['cache', success, denial, '.'],
    ['cache {\n}', success, denial, '.'],
    ['cache { }', success, denial, '.'],
    ['cache {}', success, denial, '{}.'],
    ['cache 10.0.0.0/31', success, denial, '0.0.0.10.in-addr.arpa. 1.0.0.10.in-addr.arpa.'],
    ['cache example.nl {\n success 10\n}', least(3600), denial, 'example.nl.'],
    ['cache example.nl {\n success 10 1800 30\n}', least(1800, 30), denial, 'example.nl.'],
    ['cache example.nl {\n success 10\n denial 10 15\n}', least(3600), least(15), 'example.nl.'],
    ['cache example.nl {\n success 10\n denial 10 15 2\n}', least(3600), least(15, 2), 'example.nl.'],
    ['cache 25 example.nl {\n success 10\n denial 10 15\n}', least(25), least(15), 'example.nl.'],
    ['cache 25 example.nl {\n success 10\n denial 10 15 5\n}', least(25), least(15), 'example.nl.'],
    ['cache aaa example.nl', success, denial, 'aaa. example.nl.'],
    ['cache 30', [9984, 30, 5], [9984, 30, 5], '.'],
    ['cache 7200', [9984, 7200, 5], [9984, 7200, 5], '.'],
    ['cache +30 a', [9984, 30, 5], [9984, 30, 5], 'a.'],
    // Only the first word may be a TTL.
    ['cache a 30', success, denial, 'a. 30.'],
    ['cache 30s', success, denial, '30s.'],
    ['cache 1.5', success, denial, '1.5.'],
    ['cache {\n success 0\n denial -1\n}', least(3600), least(1800), '.'],
    ['cache {\n success 1279 5 0\n}', least(5, 0), denial, '.'],
    ['cache {\n success 1280\n}', [1280, 3600, 5], denial, '.'],
    ['cache {\n success 100000 60 70\n}', [99_840, 60, 70], denial, '.'],
    // The last of a name counts.
    ['cache {\n success 10 60\n success 10000 50\n}', [9984, 50, 5], denial, '.'],
  ])('%j', (lines, ofSuccess, ofDenial, zones) => {
    const value = parse(lines);
    const numbers = ({ entriesMax, maxSeconds, minSeconds }: CacheValue['success']) => [entriesMax, maxSeconds, minSeconds];
    expect([numbers(value.success), numbers(value.denial)]).toEqual([ofSuccess, ofDenial]);
    expect(value.zones.map(({ text }) => text).join(' ')).toBe(zones);
  });

  it.each([
    ['cache example.nl {\n success\n denial 10 15\n}', "3:2: Wrong argument count or unexpected line ending after 'success'"],
    ['cache example.nl {\n success 15\n denial aaa\n}', "4:9: the capacity is not a whole number: 'aaa'"],
    ['cache example.nl {\n positive 15\n}', "3:2: unknown option 'positive'"],
    ['cache 0 example.nl', '2:7: cache TTL can not be zero or negative'],
    ['cache -1 example.nl', '2:7: cache TTL can not be zero or negative'],
    ['cache 1 {\n prefetch -1\n}', '3:11: prefetch amount should be positive'],
    ['cache 1 {\n prefetch 0 blurp\n}', "3:13: the prefetch duration is not a duration: 'blurp'"],
    ['cache\ncache', "3:1: 'cache' can only be used once"],
    ['cache {\n success 1 0\n}', '3:12: cache TTL can not be zero or negative'],
    ['cache {\n success 1 x\n}', "3:12: the TTL is not a whole number: 'x'"],
    ['cache {\n denial 1 5 -1\n}', '3:13: cache min TTL can not be negative'],
    ['cache {\n denial 1 5 x\n}', "3:13: the least TTL is not a whole number: 'x'"],
    // Where CoreDNS passes over what it does not read.
    ['cache {\n success 1 2 3 4\n}', "3:16: Wrong argument count or unexpected line ending after '4'"],
    ['cache {\n success 1 {\n a\n }\n}', "4:2: 'success' has no block of options"],
    ['cache a..b', "2:7: not a domain name: 'a..b'"],
  ])('%j is refused', (lines, expected) => {
    expect(complaint(lines)).toContain(`Corefile:${expected}`);
  });
});

describe('prefetch', () => {
  it.each([
    ['prefetch 10', 10, 60_000, 10],
    ['prefetch 0', 0, 60_000, 10],
    ['prefetch 5 3h', 5, 10_800_000, 10],
    ['prefetch 5 1m30s 10%', 5, 90_000, 10],
    ['prefetch 5 1m 90%', 5, 60_000, 90],
    ['prefetch 1 0s 50%', 1, 0, 50],
    ['prefetch 1 0 50%', 1, 0, 50],
  ])('%s', (line, amount, gapMs, percentage) => {
    expect(option(line).prefetch).toEqual({ amount, gapMs, percentage });
  });

  it.each([
    ['prefetch', "3:1: Wrong argument count or unexpected line ending after 'prefetch'"],
    ['prefetch -1', '3:10: prefetch amount should be positive'],
    ['prefetch many', "3:10: the amount is not a whole number: 'many'"],
    ['prefetch 5 60', "3:12: the prefetch duration is not a duration: '60'"],
    ['prefetch 5 1m 10', "3:15: not a percentage: '10'"],
    ['prefetch 5 1m %', "3:15: not a percentage: '%'"],
    ['prefetch 5 1m x%', "3:15: not a percentage: 'x%'"],
    ['prefetch 5 1m 9%', '3:15: percentage should fall in range [10, 90]: 9'],
    ['prefetch 5 1m 91%', '3:15: percentage should fall in range [10, 90]: 91'],
    ['prefetch 5 1m ""', "3:15: not a percentage: ''"],
    ['prefetch 5 1m 10% more', "3:19: Wrong argument count or unexpected line ending after 'more'"],
  ])('%s is refused', (line, expected) => {
    expect(complaint(`cache {\n${line}\n}`)).toContain(`Corefile:${expected}`);
  });
});

/** TestServeStale and those of FAILURE_RECHECK: how long, in which mode, with which TTL, asked again when. */
describe('serve_stale', () => {
  const MINUTE = 60_000;
  it.each<readonly [string, number, number | 'immediate', number, number]>([
    ['serve_stale', 60 * MINUTE, 'immediate', 0, 0],
    ['serve_stale 20m', 20 * MINUTE, 'immediate', 0, 0],
    ['serve_stale 1h20m', 80 * MINUTE, 'immediate', 0, 0],
    ['serve_stale 0m', 0, 'immediate', 0, 0],
    ['serve_stale 0', 0, 'immediate', 0, 0],
    ['serve_stale 0 verify', 0, 0, 0, 0],
    ['serve_stale 0 VERIFY', 0, 0, 0, 0],
    ['serve_stale 0 immediate', 0, 'immediate', 0, 0],
    ['serve_stale 1h Immediate', 60 * MINUTE, 'immediate', 0, 0],
    ['serve_stale 1h immediate 30s', 60 * MINUTE, 'immediate', 30, 0],
    ['serve_stale 1h immediate 0', 60 * MINUTE, 'immediate', 0, 0],
    ['serve_stale 1h immediate 1m', 60 * MINUTE, 'immediate', 60, 0],
    ['serve_stale 1h immediate 1000ms 30s', 60 * MINUTE, 'immediate', 1, 30_000],
    ['serve_stale 1h immediate 0s 5m', 60 * MINUTE, 'immediate', 0, 5 * MINUTE],
    ['serve_stale 1h verify 0s', 60 * MINUTE, 0, 0, 0],
    ['serve_stale 1h verify 200ms', 60 * MINUTE, 200, 0, 0],
    ['serve_stale 1h verify 1.8s 30s', 60 * MINUTE, 1800, 30, 0],
    ['serve_stale 1h verify 200ms 30s 1s', 60 * MINUTE, 200, 30, 1000],
    ['serve_stale 1h verify 0 0 0', 60 * MINUTE, 0, 0, 0],
  ])('%s', (line, upToMs, mode, ttlSeconds, recheckMs) => {
    expect(option(line).stale).toEqual({
      upToMs,
      mode: mode === 'immediate' ? { kind: 'immediate' } : { kind: 'verify', timeoutMs: mode },
      ttlSeconds,
      recheckMs,
      preferPositive: false,
    });
  });

  it.each([
    ['serve_stale 20', "3:13: the stale duration is not a duration: '20'"],
    ['serve_stale -20m', '3:13: invalid negative duration for serve_stale'],
    ['serve_stale aa', "3:13: the stale duration is not a duration: 'aa'"],
    ['serve_stale 1m nono', '3:16: invalid value for serve_stale refresh mode: nono'],
    ['serve_stale 0 after nono', '3:15: invalid value for serve_stale refresh mode: after'],
    ['serve_stale verify', "3:13: the stale duration is not a duration: 'verify'"],
    ['serve_stale 1h immediate 30', "3:26: the TTL of stale answers is not a duration: '30'"],
    ['serve_stale 1h immediate -1s', '3:26: invalid negative duration for serve_stale'],
    ['serve_stale 1h immediate 1500ms', "3:26: not whole seconds: '1500ms'"],
    ['serve_stale 1h immediate 30s 301s', '3:30: the recheck time can not be over 5 minutes'],
    ['serve_stale 1h immediate 30s -1s', '3:30: invalid negative duration for serve_stale'],
    ['serve_stale 1h immediate 30s x', "3:30: the recheck time is not a duration: 'x'"],
    ['serve_stale 1h immediate 30s 30s 1s', "3:34: too many arguments for 'serve_stale immediate'"],
    ['serve_stale 1h verify x', "3:23: the verify timeout is not a duration: 'x'"],
    ['serve_stale 1h verify -1ms', '3:23: invalid negative duration for serve_stale'],
    ['serve_stale 1h verify 1s 0.5s', "3:26: not whole seconds: '0.5s'"],
    ['serve_stale 1h verify 1s 30s 6m', '3:30: the recheck time can not be over 5 minutes'],
    ['serve_stale 1h verify 1s 30s 30s 1s', "3:34: Wrong argument count or unexpected line ending after '1s'"],
  ])('%j is refused', (line, expected) => {
    expect(complaint(`cache {\n${line}\n}`)).toContain(`Corefile:${expected}`);
  });

  it('of several serve_stale the last counts, and nothing of the others', () => {
    expect(option('serve_stale 2h verify 1s 30s\nserve_stale 5m').stale).toEqual(option('serve_stale 5m').stale);
  });

  it.each(['serve_stale\nserve_stale_policy prefer_positive', 'serve_stale_policy prefer_positive\nserve_stale 1h verify'])(
    'with a policy, in either order: %j',
    (lines) => {
      expect(option(lines).stale).toMatchObject({ preferPositive: true });
    },
  );

  it.each([
    ['serve_stale_policy prefer_positive', "3:1: 'serve_stale_policy' needs 'serve_stale'"],
    ['serve_stale\nserve_stale_policy', "4:1: Wrong argument count or unexpected line ending after 'serve_stale_policy'"],
    ['serve_stale\nserve_stale_policy other', "4:20: unknown policy 'other'"],
    ['serve_stale\nserve_stale_policy prefer_positive more', "4:36: Wrong argument count or unexpected line ending after 'more'"],
    ['serve_stale\nserve_stale_policy prefer_positive\nserve_stale_policy prefer_positive', "5:1: 'serve_stale_policy' can only be used once"],
  ])('%j is refused', (lines, expected) => {
    expect(complaint(`cache {\n${lines}\n}`)).toContain(`Corefile:${expected}`);
  });
});

describe('servfail', () => {
  it.each([
    ['servfail 1s', 1000],
    ['servfail 5m', 300_000],
    ['servfail 0s', 0],
    ['servfail 0', 0],
    ['servfail 1500ms', 1500],
  ])('%s', (line, ms) => {
    expect(option(line).servfailMs).toBe(ms);
  });

  it.each([
    ['servfail', "3:1: Wrong argument count or unexpected line ending after 'servfail'"],
    ['servfail 6m', '3:10: caching SERVFAIL responses over 5 minutes is not permitted'],
    ['servfail 5m1ms', '3:10: caching SERVFAIL responses over 5 minutes is not permitted'],
    ['servfail 20', "3:10: the servfail duration is not a duration: '20'"],
    ['servfail -1s', '3:10: invalid negative duration for servfail'],
    ['servfail aa', "3:10: the servfail duration is not a duration: 'aa'"],
    ['servfail 1m invalid', "3:13: Wrong argument count or unexpected line ending after 'invalid'"],
  ])('%s is refused', (line, expected) => {
    expect(complaint(`cache {\n${line}\n}`)).toContain(`Corefile:${expected}`);
  });
});

describe('disable and keepttl', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['disable denial example.com example.org', [], ['example.com.', 'example.org.']],
    ['disable success example.com example.org', ['example.com.', 'example.org.'], []],
    ['disable denial', [], ['.']],
    ['disable success', ['.'], []],
    ['disable denial a\ndisable success b c', ['b.', 'c.'], ['a.']],
    ['disable denial a\ndisable denial b', [], ['b.']],
    ['disable success 10.0.0.0/31', ['0.0.0.10.in-addr.arpa.', '1.0.0.10.in-addr.arpa.'], []],
  ])('%j', (lines, success, denial) => {
    const { disabled } = option(lines);
    expect(disabled.success.map(({ text }) => text)).toEqual(success);
    expect(disabled.denial.map(({ text }) => text)).toEqual(denial);
  });

  it('keepttl', () => {
    expect([option('').keepTtl, option('keepttl').keepTtl]).toEqual([false, true]);
  });

  it.each([
    ['disable invalid example.com', "3:9: cache type for disable must be success or denial, not 'invalid'"],
    ['disable', "3:1: Wrong argument count or unexpected line ending after 'disable'"],
    ['keepttl arg1', "3:9: Wrong argument count or unexpected line ending after 'arg1'"],
  ])('%s is refused', (line, expected) => {
    expect(complaint(`cache {\n${line}\n}`)).toContain(`Corefile:${expected}`);
  });
});
