import { CATALOGUE, whyNotPlayable } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { program } from '../support/program.ts';
import { inputsOf } from '../support/lesson.ts';

const reasons = new Map(CATALOGUE.map((scenario) => [scenario.name, whyNotPlayable(scenario, inputsOf(scenario), { kernel: '6.18' })]));

it('can be told of every scenario, and most can be played', () => {
  expect([...reasons.values()].filter((why) => why.length === 0).length).toBeGreaterThan(CATALOGUE.length / 2);
});

it.each([
  ['conntrack-race', /Linux 4\.18.*6\.18/],
  ['late-answer', /order of moves/],
  ['table-full', /nf_conntrack_max is of the whole machine/],
  ['lossy-link', /links lose packets/],
  ['silent-aaaa-musl', /resolver of musl-1\.2\.5/],
  ['same-bridge', /on the node itself/],
  ['nftables-mode', /nftables mode/],
  ['coredns-pod-gone', /which server a flow is sent to is chance/],
  ['ipvs-cluster-ip-bound', /ipvs mode/],
])('says why %s cannot', (name, why) => {
  expect(reasons.get(name)?.join('; ')).toMatch(why);
});

const { scenarios } = program();

it('is told with exit code 2 where it is asked for, with every reason', async () => {
  const { code, stdout, stderr } = await scenarios('run', 'conntrack-race', '--kernel');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^scenarios: conntrack-race cannot be played on this kernel: .*; its packets are handled in an order of moves/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
