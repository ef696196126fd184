import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const course = readdirSync(new URL('.', import.meta.url)).filter((name) => /^\d\d-.*\.ts$/.test(name));

describe('the course', () => {
  it.each(course)('%s holds what it says', async (name) => {
    await import(new URL(name, import.meta.url).href);
  });

  it('is numbered without a gap', () => {
    expect(course.map((name) => Number(name.slice(0, 2)))).toEqual(course.map((_, at) => at + 1));
  });
});
