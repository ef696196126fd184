import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../', import.meta.url));

it('the README has a row for each release that the code tells apart', () => {
  const sources = readdirSync(`${folder}src`, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const asked = sources.flatMap((path) => [...readFileSync(`${folder}src/${path}`, 'utf8').matchAll(/\batLeast\([\w.]+, (\d+), (\d+)\)/g)].map(([, major, minor]) => `${major}.${minor}`));
  const section = /^## Releases of Linux\n([^]*?)(?=^## )/m.exec(readFileSync(`${folder}README.md`, 'utf8'))?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (\d+\.\d+) \|/gm)].map(([, release = '']) => release);
  expect(new Set(rows)).toEqual(new Set(asked));
  expect(rows).toEqual([...new Set(rows)].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })));
  expect(rows.length).toBeGreaterThan(15);
});
