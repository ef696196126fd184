import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecording, ruleSetText } from './recorded/lines.ts';
import type { RecordedLine } from './recorded/lines.ts';

// The recordings are held against the kernel at hand, in a network namespace of this test's own.
const namespace = `ruleset-test-${process.pid}`;
const inNamespace = (command: string, args: readonly string[], input = ''): ReturnType<typeof spawnSync> =>
  spawnSync('ip', ['netns', 'exec', namespace, command, ...args], { input, encoding: 'utf8', timeout: 20_000 });

const canRun = (): boolean => {
  if (process.getuid?.() !== 0) return false;
  const version = spawnSync('iptables-legacy', ['--version'], { encoding: 'utf8' });
  const sets = spawnSync('ipset', ['--version'], { encoding: 'utf8' });
  return version.status === 0 && version.stdout.includes('v1.8.9') && sets.status === 0;
};

const load = (line: RecordedLine, tool: string): readonly string[] | undefined => {
  if (inNamespace(`${tool}-restore`, [], ruleSetText(line)).status !== 0) return undefined;
  const saved = String(inNamespace(`${tool}-save`, ['-t', line.table]).stdout);
  const begin = `-A ${line.chain}`;
  const rules = saved.split('\n').filter((text) => text.startsWith(begin));
  return rules.map((text) => text.slice(begin.length).trim());
};

describe.skipIf(!canRun())('the live kernel (skipped without root, iptables-legacy 1.8.9 and ipset)', () => {
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', namespace]);
    inNamespace('ipset', ['create', 's1', 'hash:ip']);
    inNamespace('ipset', ['create', 's2', 'hash:ip,port']);
  });

  afterAll(() => {
    execFileSync('ip', ['netns', 'delete', namespace]);
  });

  it.each([
    ['ipv4', 'iptables-legacy'],
    ['ipv6', 'ip6tables-legacy'],
  ] as const)(
    'takes and prints the recorded rules of %s as recorded',
    (family, tool) => {
      const lines = readRecording(family);
      const differing = lines
        .map((line) => ({ rule: line.written, recorded: line.printed, kernel: load(line, tool) }))
        .filter(({ recorded, kernel }) => JSON.stringify(recorded) !== JSON.stringify(kernel));
      expect(differing).toEqual([]);
    },
    60_000,
  );
});
