import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { METRICS } from '../../src/engine/metrics.ts';
import { PLUGINS } from '../../src/plugins/index.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const HEAD = `# Metrics

What is counted, by the names of CoreDNS 1.14 and node-cache where these have them. This page is made of the code:
\`npx --yes pnpm@10 vitest run --project dns-cache packages/dns-cache/test/observe -u\` writes it anew, and a test holds it.

| metric | kind | labels | what it is, as Prometheus is told |
| --- | --- | --- | --- |
`;

it('docs/metrics.md has each metric, with its labels', async () => {
  const rows = Object.entries(METRICS).map(([name, { kind, labels, help }]) =>
    [`| \`${name}\``, kind === 'timestamp' ? 'gauge' : kind, labels.map((label) => `\`${label}\``).join(', '), `${help.replace(/\.?$/, '.').replaceAll('<', '&lt;')} |`].join(' | '),
  );
  await expect(`${HEAD}${rows.join('\n')}\n`).toMatchFileSnapshot(fileOf('docs/metrics.md'));
});

it('the README has each directive, and each option that it names', () => {
  const page = readFileSync(fileOf('README.md'), 'utf8');
  /** From a directive's head to the next one's. */
  const partOf = (directive: string): string => new RegExp(`^\\*\\*${directive}\\*\\*[^]*?(?=^\\*\\*\\w|^## )`, 'm').exec(page)?.[0] ?? '';
  const missing = PLUGINS.flatMap(({ directive: name, words }) => {
    const part = partOf(name);
    return part === '' ? [name] : Object.keys(words).filter((option) => !part.includes(option)).map((option) => `${name}: ${option}`);
  });
  expect(missing).toEqual([]);
});
