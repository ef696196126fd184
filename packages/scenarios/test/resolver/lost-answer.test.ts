import { caresResolver, debianNodeResolver, glibcResolver, goResolver, muslResolver, muslTcpResolver, nodeResolver } from '@nodelocal/scenarios';
import type { Progress, Resolver } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { askModel } from './peer/model.ts';
import type { Situation } from './peer/situation.ts';

/** The conntrack race as a pod sees it: A is answered, AAAA never. */
const LOST: Situation = {
  what: 'a lost AAAA answer',
  name: 'kubernetes.default.svc.cluster.local.',
  resolvConf: 'nameserver 127.0.0.1\n',
  rules: [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }],
};

const outcome = <L extends Progress>(resolver: Resolver<L>): readonly [string | undefined, number, number] => {
  const { result, endedMs, asked } = askModel(resolver, LOST);
  return [result?.kind, endedMs, asked.length];
};

it.each([
  ['glibc', () => outcome(glibcResolver), ['resolved', 15_000, 6]],
  ['musl', () => outcome(muslResolver), ['failed', 5000, 3]],
  ['musl with TCP', () => outcome(muslTcpResolver), ['failed', 5000, 3]],
  ['Go', () => outcome(goResolver), ['resolved', 10_000, 3]],
  ['c-ares', () => outcome(caresResolver), ['resolved', 75_000, 5]],
  ['Node of Debian', () => outcome(debianNodeResolver), ['resolved', 75_000, 5]],
])('costs what the README says: %s', (_who, told, expected) => {
  expect(told()).toEqual(expected);
});

it('costs a query of Node 16 to 31 seconds', () => {
  const [kind, endedMs, queries] = outcome(nodeResolver);
  expect([kind, queries]).toEqual(['resolved', 5]);
  expect(endedMs).toBeGreaterThanOrEqual(16_000);
  expect(endedMs).toBeLessThanOrEqual(31_000);
});
