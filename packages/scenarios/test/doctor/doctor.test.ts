import type { DoctorReport } from '@nodelocal/scenarios';
import { describeDoctor } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { BROKEN, GUARDED, MARKED } from './broken.ts';
import { afterCommand } from './mend.ts';
import type { Contents } from './nodes.ts';
import { BRIDGED, examine, IPV6, kindsOf, LESSON, UPSTREAM } from './nodes.ts';

const line = (report: DoctorReport): string | undefined => describeDoctor(report)[0];

describe('on a sound node', () => {
  it.each([
    ["the lesson's", LESSON],
    ['pods on a bridge', BRIDGED],
    ['IPv6', IPV6],
    ['a firewall', GUARDED],
    ['answers by a mark', MARKED],
  ])('nothing is found: %s', (_, contents) => {
    const report = examine(contents);
    expect(kindsOf(report)).toEqual([]);
    expect(report.unknown).toEqual([{ kind: 'upstream' }]);
    expect(line(report)).toMatch(/^sound: pods and processes of the node are answered by nodelocaldns at \S+ and \S+, and nothing of it is tracked$/);
  });

  it("nothing is found of its upstream's Service", () => {
    const report = examine(LESSON, { upstream: UPSTREAM });
    expect(report).toMatchObject({ kind: 'sound', unknown: [] });
  });
});

describe('on a broken node', () => {
  it.each(BROKEN.map((broken) => [broken.name, broken] as const))('the fault is named, and no other, and mended: %s', (_, { sound = LESSON, change, plan, fault, harm, mend, byHand }) => {
    const broken = change(sound);
    const report = examine(broken, plan);
    expect(kindsOf(report)).toEqual([fault]);
    if (report.kind !== 'to-mend') return;
    const [found] = report.faults;
    expect(found.harm).toBe(harm);
    expect(found.mend[0]?.text.startsWith(mend), found.mend[0]?.text).toBe(true);
    if (byHand === true) return;
    const mended = found.mend.reduce<Contents>(afterCommand, broken);
    expect(kindsOf(examine(mended, plan))).toEqual([]);
  });
});
