import { readFileSync, writeFileSync } from 'node:fs';
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
    expect(stdout).toContain('\nwithout upstream Service ');
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

  it('says what was expected, what was reported, and what mends it', async () => {
    const { stdout } = await scenarios('run', 'search-path');
    expect(stdout).toContain('  yes questions-of-clients: 8\n');
    expect(stdout).toContain('\nReported (kubernetes/kubernetes#33554, deckhouse/deckhouse#16879): ');
    expect(stdout).toContain(' See search-path-final-dot, search-path-ndots.\n');
  });

  it('says "no" by exit code 1 where the name did not resolve', async () => {
    expect((await scenarios('run', 'notrack-without-address')).code).toBe(1);
  });

  it.each([
    [['run', 'nothing'], 'there is no scenario "nothing" ("list" has them all)'],
    [['run', 'interceptd'], 'there is no scenario "interceptd" (there are intercepted; "list" has them all)'],
    [['run', 'intercepted', '--seed', '-1'], 'a seed is a whole number'],
    [['run'], "missing required argument 'name'"],
    [['run', 'mine.txt'], 'there is no scenario "mine.txt" ("list" has them all; a file of your own ends in .yaml, .yml or .json)'],
    [['rum'], "unknown command 'rum' (Did you mean run?); see scenarios --help"],
    [[], 'no command given; see scenarios --help'],
    [['fleet', '--every', '2s'], 'fleet: --every is of --rollout: give that too'],
    [['fleet', '--outage', 'outside', '--gap', '2s'], 'fleet: --gap is of --rollout: give that too'],
    [['fleet', '--at', '2s'], 'fleet: --at is of --rollout or --outage: give that too'],
    [['playground', '--html', '/dev/null/page.html'], 'scenarios: /dev/null/page.html: its folder is a file'],
  ])('%j is used wrongly', async (words, message) => {
    const { code, stdout, stderr } = await scenarios(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a scenario of one’s own', () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is run, compared and checked like those of the catalogue', async () => {
    const { stdout: text } = await scenarios('export', 'intercepted');
    const mine = file('mine.yaml', text.replace('name: intercepted', 'name: mine'));
    expect((await scenarios('check', mine)).stdout).toMatch(/^.*mine\.yaml\n {2}yes every lookup resolves\n(?: {2}yes .*\n){3}4 passed, 0 failed\n$/);
    expect((await scenarios('run', mine)).code).toBe(0);
    expect((await scenarios('compare', mine, 'kube-proxy-only')).code).toBe(0);
  });

  it('that does not show what it expects is told so, by exit code 1', async () => {
    const mine = file('other.yaml', 'name: other\nexpectations: [{ kind: fails, why: timed-out }]\n');
    const { code, stdout } = await scenarios('check', mine);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${mine}\n  no  every lookup fails: timed-out (seen: resolved after 3 ms, resolved after 0 ms)\n0 passed, 1 failed\n` });
  });

  it('that is broken is told where, also in what it names', async () => {
    const broken = file('broken.yaml', 'name: broken\ncache: { notrack: some }\n');
    expect(await scenarios('run', broken)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('broken.yaml:2:10: cache.notrack: there is no such word') as string });
    const nowhere = file('nowhere.yaml', 'name: nowhere\nnode: { kind: folder, folder: ./nothing }\n');
    const { code, stderr } = await scenarios('run', nowhere);
    expect(code).toBe(2);
    expect(stderr).toContain(join(folder, 'nothing'));
  });
});

it('lists the catalogue: at least thirty, and where incidents were reported', async () => {
  const { stdout } = await scenarios('list');
  const names = stdout.split('\n').filter((line) => !line.startsWith(' ') && line !== '');
  expect(names.slice(0, 4)).toEqual(['intercepted', 'address-without-notrack', 'notrack-without-address', 'kube-proxy-only']);
  expect(names.length).toBeGreaterThanOrEqual(30);
  expect(stdout).toContain('\n  reported: kubernetes/kubernetes#98758, projectcalico/calico#3795; mended in policy-lets-dns-pass\n');
});

describe('compare', () => {
  it('shows one scenario with the cache, without it, and with each part missing', async () => {
    const { code, stdout } = await scenarios('compare', 'intercepted');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^without the cache {2,}CoreDNS {2,}2 of 2 .* {2}4 {2,}\d+\/s/m);
    expect(stdout).toContain('between the node and servers elsewhere');
  });

  it('puts two side by side, and prints the same as data', async () => {
    const { code, stdout } = await scenarios('compare', 'oom-kill', 'oom-kill-cleaned-up');
    expect([code, stdout.split('\n')[0]?.trim().split(/ {2,}/)]).toEqual([0, ['oom-kill', 'oom-kill-cleaned-up']]);
    const data = JSON.parse((await scenarios('compare', 'oom-kill', 'oom-kill-cleaned-up', '--json', '--seed', '3')).stdout) as { readonly rows: readonly { readonly measured: object }[] };
    expect(data).toMatchObject({ schema: 1, rows: [{ measured: { name: 'oom-kill', seed: 3 } }, { measured: { seed: 3 } }] });
  });

  it('lets all clients ask as another resolver does, and tells the table at a rate', async () => {
    const { stdout } = await scenarios('compare', 'silent-aaaa', 'silent-aaaa-not-asked', '--resolver', 'musl-1.2.5', '--rate', '50');
    expect(stdout).toMatch(/^resolved +0 of 1 +0 of 1$/m);
    expect(stdout).toMatch(/^entries at a rate +\d+ at 50\/s +\d+ at 50\/s$/m);
    const { code, stderr } = await scenarios('run', 'intercepted', '--resolver', 'bind');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are glibc, musl-1.2.3, ')]);
  });

  it('is used wrongly with a name that is not there', async () => {
    const { code, stderr } = await scenarios('compare', 'intercepted', 'nothing');
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no scenario "nothing"')]);
  });
});
