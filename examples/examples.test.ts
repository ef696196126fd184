import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge, readScenario, simulate } from '@nodelocal/scenarios';
import { lessonInputs } from './lesson-node.ts';

const course = readdirSync(new URL('.', import.meta.url)).filter((name) => /^\d\d-/.test(name));
const texts = (ending: string): readonly string[] => course.filter((name) => name.endsWith(ending));

describe('the course', () => {
  it.each(texts('.ts'))('%s holds what it says', async (name) => {
    await import(new URL(name, import.meta.url).href);
  });

  it.each(texts('.yaml'))('%s shows what it expects', (name) => {
    const { scenario } = readScenario(name, readFileSync(new URL(name, import.meta.url), 'utf8'), (file) => expect.fail(file));
    const verdicts = judge(simulate(scenario, { folders: { lesson: lessonInputs() }, objects: {} }, scenario.seed));
    expect(verdicts.filter(({ holds }) => !holds)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(0);
  });

  it('is numbered without a gap', () => {
    expect(course.map((name) => Number(name.slice(0, 2)))).toEqual(course.map((_, at) => at + 1));
  });
});
