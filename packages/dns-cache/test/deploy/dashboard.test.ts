import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/engine/metrics.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { deployFolder } from './render.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

const dashboard = JSON.parse(readFileSync(join(deployFolder, 'monitoring/dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
};

const seriesOf = (name: string, kind: string): readonly string[] =>
  kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name];

/** Every series that there can be: those that are counted, and what the process tells of itself. */
const exposed = async (): Promise<ReadonlySet<string>> => {
  const { text } = await createMetrics().expose(true);
  return new Set([
    ...Object.entries(METRICS).flatMap(([name, { kind }]) => seriesOf(name, kind)),
    ...[...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', kind = '']) => seriesOf(name, kind)),
  ]);
};

const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const metricsIn = (text: string): readonly string[] => [...text.matchAll(/\b(?:coredns|process|nodejs)_\w+/g)].map(([name]) => name);

describe('the dashboard', () => {
  it('asks for nothing that is not there', async () => {
    const there = await exposed();
    const asked = metricsIn([...expressions, JSON.stringify(dashboard.templating)].join('\n'));
    expect(asked.length).toBeGreaterThan(30);
    expect([...new Set(asked)].filter((name) => !there.has(name))).toEqual([]);
  });

  it("has CoreDNS's panels, and ours", () => {
    const titles = new Set(dashboard.panels.map(({ title }) => title));
    const wanted = ['Requests by protocol', 'Requests by type', 'Requests by zone', 'Requests with the DO bit', 'Responses by code', 'Duration', 'Response size', 'Hits and misses', 'Entries', 'Setting up the node failed', 'Shed'];
    expect(wanted.filter((title) => !titles.has(title))).toEqual([]);
  });

  it('names each panel once, and lays none on another', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const places = panels.flatMap(({ gridPos: { x, y, w } }) => Array.from({ length: w }, (_, at) => `${x + at} ${y}`));
    expect(new Set(places).size).toBe(places.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('has balanced brackets, and only variables that it declares', () => {
    const names = new Set(['__rate_interval', ...dashboard.templating.list.map(({ name }) => name)]);
    for (const expr of expressions) {
      for (const [open, close] of ['()', '{}', '[]'].map((pair) => pair.split(''))) expect(expr.split(open ?? '').length).toBe(expr.split(close ?? '').length);
      expect([...expr.matchAll(/\$(\w+)/g)].map((found) => found[1] ?? '').filter((name) => !names.has(name))).toEqual([]);
    }
  });
});
