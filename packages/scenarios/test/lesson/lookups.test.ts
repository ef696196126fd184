import { describe, expect, it } from 'vitest';
import { exhibitsOf, outputOf } from '../support/lesson-steps.ts';
import { hasLesson, lessonNote, linesOf, sectionOf, shapesOf } from './lesson-text.ts';

/** What is of chance or of the clock in a line of the log: port, ID, duration. */
const logShape = (line: string): string => line.replace(/(\[INFO\] [\d.]+):\d+ - \d+/, '$1:PORT - ID').replace(/[\d.]+s$/, 'DURATION');

describe.skipIf(!hasLesson)(`what the pod sees, as the lesson has it${lessonNote}`, () => {
  it('step 12: the resolv.conf of before, and an answer', () => {
    expect(outputOf(12, 'resolv.conf')).toEqual(linesOf(12, 'search ', 'options '));
    expect(shapesOf(outputOf(12, 'nslookup'))).toEqual(shapesOf(linesOf(12, 'Server:', 'Address: 10')));
  });

  it('step 13: the stages, in the order of the lesson', () => {
    const stages = sectionOf(13).flatMap((line) => /Step \d: ([A-Z ]+)/.exec(line)?.[1]?.trim() ?? []);
    const seen: Readonly<Record<string, RegExp>> = {
      'PACKET INGRESS': /^in .*192\.168\.82\.65:\d+ > 10\.96\.0\.10:53, by cali/,
      'RAW TABLE': /^PREROUTING +raw +rule .*-d 10\.96\.0\.10\/32 .*-j NOTRACK$/,
      'NAT TABLE': /^ +nat +skipped: untracked/,
      'ROUTING DECISION': /^routing +10\.96\.0\.10 is an address of this node \(on nodelocaldns\)$/,
      'LOCAL DELIVERY': /^ +filter +rule .*-d 10\.96\.0\.10\/32 .*-j ACCEPT$/,
    };
    expect(stages).toEqual(Object.keys(seen));
    const lines = outputOf(13);
    const places = Object.values(seen).map((stage) => lines.findIndex((line) => stage.test(line)));
    expect(places.every((place, at) => place > (places[at - 1] ?? -1))).toBe(true);
    expect(lines.at(-1)).toMatch(/delivered to a socket of this node$/);
  });

  it('step 18: an answer', () => {
    expect(shapesOf(outputOf(18, 'nslookup'))).toEqual(shapesOf(linesOf(18, 'Server:', 'Address: 10')));
  });

  it('step 24: lines of the log; the lesson has one of four, and one of eight', () => {
    const logged = outputOf(24).filter((line) => line.startsWith('[INFO]')).map(logShape);
    const expected = linesOf(24, '[INFO]', '24.1').filter((line) => line.startsWith('[INFO]')).map(logShape);
    expect(expected).toHaveLength(2);
    expect(logged.filter((line) => expected.includes(line))).toEqual(expected);
    // Every name of the search list is asked for before the right one, and each for both families.
    const questions = logged.map((line) => /"(\S+) IN (\S+) /.exec(line)?.slice(1).join(' '));
    const both = (name: string): readonly string[] => [`A ${name}`, `AAAA ${name}`];
    expect(questions).toEqual([
      ...both('kubernetes.default.default.svc.cluster.local.'),
      ...both('kubernetes.default.svc.cluster.local.'),
      ...both('google.com.default.svc.cluster.local.'),
      ...both('google.com.svc.cluster.local.'),
      ...both('google.com.cluster.local.'),
      ...both('google.com.'),
    ]);
  });
});

it('step 24 logs a lookup before nslookup prints it', () => {
  const [, first] = exhibitsOf(24);
  expect(first?.output.findIndex((line) => line.startsWith('Server:'))).toBe(4);
});
