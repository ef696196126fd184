import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { program } from '../support/program.ts';

const { folder, scenarios } = program();
const SMALL = ['fleet', '--nodes', '5', '--pods', '10', '--duration', '20s', '--warm-up', '5s'];

it('prints the same for any number of threads', async () => {
  const outputs = await Promise.all([1, 2, 4].map((threads) => scenarios(...SMALL, '--json', '--threads', String(threads))));
  const [first] = outputs;
  expect(first?.code).toBe(0);
  for (const output of outputs) expect(output).toEqual(first);
  expect(JSON.parse(first?.stdout ?? '')).toMatchObject({ schema: 1, plan: { nodes: 5, seed: 1 } });
});

it('says what it rests on, and puts both ways side by side', async () => {
  const { code, stdout, stderr } = await scenarios(...SMALL, '--rollout', 'killed', '--at', '5s');
  expect(code).toBe(0);
  expect(stderr).toBe('');
  expect(stdout).toContain('What this rests on\n- 5 nodes with 10 pods each;');
  for (const head of ['Before the event (second 5 to 10)', 'While it lasts (second 10 to 17)', 'Afterwards (second 17 to 20)']) expect(stdout).toContain(head);
  expect(stdout).toMatch(/CoreDNS hears a second +[\d.]+ +[\d.]+\n/);
  expect(stdout.trimEnd()).toMatch(/seed 1$/);
});

it('has help', async () => {
  const { code, stdout } = await scenarios('fleet', '--help');
  expect(code).toBe(0);
  for (const word of ['--nodes', '--rollout', '--outage', '--corefile', '--threads']) expect(stdout).toContain(word);
});

it.each([
  ['no nodes', ['--nodes', '0']],
  ['a share of more than all', ['--outside-share', '120%']],
  ['a time without its unit', ['--duration', '60']],
  ['nothing left to count', ['--duration', '30s', '--warm-up', '30s']],
  ['two events', ['--rollout', 'killed', '--outage', 'outside']],
  ['an event behind the end', ['--outage', 'outside', '--at', '10m']],
  ['namespaces without a Service', ['--written', 'service', '--services', '3']],
  ['no such Corefile', ['--corefile', 'nowhere']],
])('ends with 2 and says why: %s', async (_what, words) => {
  const { code, stderr, stdout } = await scenarios('fleet', ...words);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

it.each([
  ['a broken Corefile', '.:53 {\n  cache {\n', /corefile/i],
  ['a file that no scenario has', '.:53 {\n  forward . /etc/upstreams\n}\n', /corefile:2:13: not an IP address or file/],
  ['upstreams over TLS', '.:53 {\n  cache\n  forward . tls://192.0.2.1\n}\n', /not modelled: upstreams over TLS/],
])('ends with 2 and says why: %s', async (_what, corefile, why) => {
  writeFileSync(join(folder, 'given'), corefile);
  const { code, stderr } = await scenarios(...SMALL, '--corefile', 'given');
  expect(code).toBe(2);
  expect(stderr).toMatch(why);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
