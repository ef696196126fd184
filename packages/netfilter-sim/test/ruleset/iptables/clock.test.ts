import type { MatchResult, WallClock } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askKernel, canAskKernel, PACKETS } from './live/send-raw.ts';
import { ruleOf, verdictOf } from './support/context.ts';

const says = (rule: string, wallClock?: WallClock): MatchResult =>
  verdictOf(ruleOf(rule), wallClock === undefined ? {} : { wallClock });

const at = (written: string): WallClock => ({ utcSeconds: Date.parse(`${written}Z`) / 1000 });

describe('time', () => {
  it.each<readonly [rule: string, when: string, expected: MatchResult]>([
    ['--timestart 10:00 --timestop 12:00', '2026-11-29T10:00:00', 'match'],
    ['--timestart 10:00 --timestop 12:00', '2026-11-29T12:00:00', 'match'],
    ['--timestart 10:00 --timestop 12:00', '2026-11-29T12:00:01', 'no-match'],
    ['--timestart 22:00 --timestop 6:00', '2026-11-29T05:59:59', 'match'],
    ['--timestart 22:00 --timestop 6:00', '2026-11-29T21:59:59', 'no-match'],
    // A Sunday.
    ['--weekdays Su', '2026-11-29T00:00:00', 'match'],
    ['! --weekdays Su,Sa', '2026-11-30T00:00:00', 'match'],
    ['--weekdays Mon,Tue', '2024-02-29T12:00:00', 'no-match'],
    ['--monthdays 29', '2024-02-29T12:00:00', 'match'],
    ['--monthdays 1', '2023-02-28T23:59:59', 'no-match'],
    ['--monthdays 1', '2023-03-01T00:00:00', 'match'],
    ['--datestart 2026-11-29 --datestop 2026-11-30', '2026-11-30T00:00:00', 'match'],
    ['--datestart 2026-11-29 --datestop 2026-11-30', '2026-11-30T00:00:01', 'no-match'],
    // The hours behind midnight belong to Monday only where they are one with its evening.
    ['--weekdays Mon --timestart 23:00 --timestop 1:00', '2026-12-01T00:30:00', 'no-match'],
    ['--weekdays Mon --timestart 23:00 --timestop 1:00 --contiguous', '2026-12-01T00:30:00', 'match'],
    ['--weekdays Mon --timestart 23:00 --timestop 1:00 --contiguous', '2026-11-30T00:30:00', 'no-match'],
  ])('-m time %s at %s: %s', (rule, when, expected) => {
    expect(says(`-m time ${rule}`, at(when))).toBe(expected);
  });

  it('is the zone of the kernel where the rule says so', () => {
    const rule = '-m time --timestart 10:00 --timestop 11:00 --kerneltz';
    expect(says(rule, { ...at('2026-11-29T12:30:00'), minutesWest: 120 })).toBe('match');
    expect(says(rule, { ...at('2026-11-29T12:30:00'), minutesWest: -60 })).toBe('no-match');
    expect(says(rule, at('2026-11-29T12:30:00'))).toMatchObject({ kind: 'not-modelled', what: "the kernel's time zone" });
  });

  it('is not known where nobody says it', () => {
    expect(says('-m time --timestart 10:00')).toEqual({ kind: 'not-modelled', what: 'what the clock of the node says' });
  });
});

const DAY = 86_400;
const two = (number: number): string => `${number}`.padStart(2, '0');

describe.skipIf(!canAskKernel('ipv4', ['-m time --timestart 1:00']))('time on the live kernel (skipped without root or xt_time)', () => {
  // Edges lie well off the present, which goes on while the test runs.
  const far = fc.oneof(fc.integer({ min: 600, max: 40_000 }), fc.integer({ min: 600, max: 40_000 }).map((by) => -by));
  const timeOfDay = (seconds: number): string => {
    const second = ((seconds % DAY) + DAY) % DAY;
    return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  };
  const date = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

  const rule = (now: number): fc.Arbitrary<string> =>
    fc
      .record({
        start: fc.option(far),
        stop: fc.option(far),
        from: fc.option(far),
        to: fc.option(far),
        weekdays: fc.subarray(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']),
        monthdays: fc.subarray(Array.from({ length: 31 }, (_, day) => day + 1)),
        contiguous: fc.boolean(),
      })
      .map(({ start, stop, from, to, weekdays, monthdays, contiguous }) => {
        const [begin, end] = [timeOfDay(now + (start ?? 0)), timeOfDay(now + (stop ?? 0))];
        return [
          '-m time',
          ...(start === null ? [] : [`--timestart ${begin}`]),
          ...(stop === null ? [] : [`--timestop ${end}`]),
          ...(from === null ? [] : [`--datestart ${date(now + from)}`]),
          ...(to === null ? [] : [`--datestop ${date(now + to)}`]),
          ...(weekdays.length === 0 ? [] : [`--weekdays ${weekdays.join(',')}`]),
          ...(monthdays.length < 20 ? [] : [`--monthdays ${monthdays.join(',')}`]),
          ...(contiguous && start !== null && stop !== null && begin > end ? ['--contiguous'] : []),
        ].join(' ');
      });

  it('is told as the model tells it', { timeout: 60_000 }, () => {
    const before = Math.floor(Date.now() / 1000);
    const rules = fc.sample(rule(before), { seed: 3, numRuns: 150 });
    const [kernel = []] = askKernel('ipv4', rules, PACKETS.ipv4.slice(0, 1));
    const after = Math.ceil(Date.now() / 1000);
    const told = rules.map((text, number) => ({
      text,
      model: [before, after].map((utcSeconds) => says(text, { utcSeconds })),
      kernel: kernel[number] === true ? 'match' : 'no-match',
    }));
    // Midnight may lie in between.
    expect(told.filter(({ model: [first, last], kernel: answer }) => first === last && first !== answer)).toEqual([]);
    expect(new Set(told.map(({ kernel: answer }) => answer))).toEqual(new Set(['match', 'no-match']));
  });
});
