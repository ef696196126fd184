import { EXTENSION_LIMITS } from '@nodelocal/netfilter-sim';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MATCH_MODULES } from '../../../src/ruleset/iptables/matches/index.ts';
import { TARGET_MODULES } from '../../../src/ruleset/iptables/targets/index.ts';

const folder = (kind: 'match' | 'target'): URL =>
  new URL(`../../../src/ruleset/iptables/${kind === 'match' ? 'matches' : 'targets'}/`, import.meta.url);

/** The text of a module with that of the neighbours which it is made of. */
const sourceOf = (file: URL, seen: Set<string> = new Set()): string => {
  if (seen.has(file.href)) return '';
  seen.add(file.href);
  const text = readFileSync(file, 'utf8');
  const neighbours = [...text.matchAll(/from '(\.\/[\w-]+\.ts)'/g)].map(([, name = '']) => sourceOf(new URL(name, file), seen));
  return [text, ...neighbours].join('\n');
};

/** Targets that ask for what the walk says no to. */
const CARRIED_OUT_ELSEWHERE = ['CT', 'TPROXY'];

describe.each([
  ...MATCH_MODULES.map(({ name }) => ({ kind: 'match' as const, name })),
  ...TARGET_MODULES.map(({ name }) => ({ kind: 'target' as const, name })),
])('$kind $name', ({ kind, name }) => {
  it('says what it cannot tell, if there is something, and only then', () => {
    const source = sourceOf(new URL(`${name.toLowerCase()}.ts`, folder(kind)));
    const limited = EXTENSION_LIMITS.some((limit) => limit.kind === kind && limit.name === name);
    expect(limited).toBe(source.includes('notModelled(') || (kind === 'target' && CARRIED_OUT_ELSEWHERE.includes(name)));
  });
});
