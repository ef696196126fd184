import { describe, expect, it } from 'vitest';
import { clusterWith, outputOf } from '../support/lesson-steps.ts';
import { hasLesson, lessonNote, linesOf } from './lesson-text.ts';

const withoutNumbers = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/ \d+$/, ' NUMBER'));
const numberOf = (lines: readonly string[], start: string): number => Number(lines.find((line) => line.startsWith(start))?.split(' ').at(-1) ?? 0);

describe.skipIf(!hasLesson)(`the metrics, as the lesson has them${lessonNote}`, () => {
  it('step 19: the same series, with other counts', () => {
    expect(withoutNumbers(outputOf(19, 'curl'))).toEqual(withoutNumbers(linesOf(19, 'coredns_cache_hits', 'coredns_cache_requests')));
  });

  it('step 21: to the letter: three denials and one answer', () => {
    expect(outputOf(21)).toEqual(linesOf(21, 'coredns_cache_entries', 'Stop').filter((line) => line.startsWith('coredns')));
  });
});

describe('the counts', () => {
  it('of step 19 add up: hits and misses are all requests', () => {
    const lines = outputOf(19, 'curl');
    const hits = ['denial', 'success'].map((type) => numberOf(lines, `coredns_cache_hits_total{server="dns://10.96.0.10:53",type="${type}"`));
    // Three lookups of four questions in a row: the first misses, as that of step 12 did, and the others hit.
    expect(hits).toEqual([6, 2]);
    expect(numberOf(lines, 'coredns_cache_misses_total')).toBe(8);
    expect(numberOf(lines, 'coredns_cache_requests_total')).toBe(16);
  });

  it('of hits go up in step 20, which begins as step 19 ended', () => {
    const lines = outputOf(20, 'curl');
    expect(lines.map((line) => Number(line.split(' ').at(-1)))).toEqual([2, 3]);
  });

  it('of hits are none where nothing is asked for twice in time: then the lesson would show two series fewer', () => {
    const lines = outputOf(19, 'curl', clusterWith('iptables', undefined, { repeats: 1 }));
    expect(lines).toEqual([
      'coredns_cache_misses_total{server="dns://10.96.0.10:53",view="",zones="cluster.local."} 8',
      'coredns_cache_requests_total{server="dns://10.96.0.10:53",view="",zones="cluster.local."} 8',
    ]);
  });
});
