import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const { folder, scenarios } = program();

describe('demo', () => {
  it('tells the four settings apart and writes the page', async () => {
    const { code, stdout, stderr } = await scenarios('demo');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001B[');
    const lines = stdout.split('\n');
    const table = lines.slice(lines.findIndex((line) => line.startsWith('NOTRACK')) + 1);
    const rows = table.filter((line) => /^(?:yes|no) /.test(line)).map((line) => line.split(/ {2,}/).slice(0, 4));
    expect(rows).toEqual([
      ['yes', 'yes', 'node-cache', '4 miss, 4 hit'],
      ['no', 'yes', 'CoreDNS', '-'],
      ['yes', 'no', 'nobody', '-'],
      ['no', 'no', 'CoreDNS', '-'],
    ]);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('run', () => {
  it('prints a recording that reads back, the same for the same seed', async () => {
    const [first, again] = await Promise.all([1, 2].map(() => scenarios('run', 'intercepted', '--seed', '9', '--json')));
    expect(first?.code).toBe(0);
    expect(first?.stdout).toBe(again?.stdout);
    expect(JSON.parse(first?.stdout ?? '')).toMatchObject({ schema: 2, scenario: 'intercepted', seed: 9 });
  });

  it('says "no" by exit code 1 where the name did not resolve', async () => {
    expect((await scenarios('run', 'notrack-without-address')).code).toBe(1);
  });

  it.each([
    [['run', 'nothing'], 'there is no scenario "nothing" (there are intercepted, '],
    [['run', 'intercepted', '--seed', '-1'], 'a seed is a whole number'],
    [['run'], "missing required argument 'name'"],
    [['rum'], "unknown command 'rum'"],
  ])('%j is used wrongly', async (words, message) => {
    const { code, stdout, stderr } = await scenarios(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

it('lists the catalogue', async () => {
  const { stdout } = await scenarios('list');
  expect(stdout.split('\n').filter((line) => !line.startsWith(' ') && line !== '')).toEqual([
    'intercepted',
    'address-without-notrack',
    'notrack-without-address',
    'kube-proxy-only',
  ]);
});
