import { describe, expect, it } from 'vitest';
import { drawReport } from '../../src/report/page/document.ts';
import type { Story } from '../../src/report/story/story.ts';

const EVIL = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&';

const story: Story = {
  name: EVIL,
  seed: 1,
  sentence: EVIL,
  facts: [{ what: EVIL, value: EVIL }],
  moments: [{ atMs: 0, from: 'pod', to: 'node', who: EVIL, what: EVIL, kind: 'other', lost: false, because: undefined, waitedMs: undefined, way: undefined }],
  entries: [{ atMs: 0, count: 0 }],
  lives: [{ entry: EVIL, fromMs: 0, untilMs: 1, end: EVIL }],
  endMs: 1,
  waits: [{ question: EVIL, ms: 1 }],
};

describe('a page', () => {
  const page = drawReport({ title: EVIL, about: [EVIL], stories: [story], assumptions: [EVIL], races: [] }, 'void 0;');

  it('has nothing of what it shows as markup', () => {
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
    const data = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(JSON.parse(data)).toMatchObject({ stories: [{ name: EVIL }] });
  });

  it('asks for nothing from elsewhere', () => {
    expect(page).not.toMatch(/(?:src|href)="(?!data:,)[^"#]/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
  });
});
