import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canAskTools, newToolNamespace } from './live/namespace.ts';
import type { ToolNamespace } from './live/namespace.ts';
import { readRecording } from './recorded/lines.ts';

// The recordings are held against the kernel at hand, in a network namespace of this test's own.
describe.skipIf(!canAskTools())('the live kernel (skipped without root, iptables-legacy 1.8.9 and ipset)', () => {
  let tools: ToolNamespace;
  beforeAll(() => {
    tools = newToolNamespace(`ruleset-test-${process.pid}`);
  });
  afterAll(() => {
    tools.end();
  });

  it.each(['ipv4', 'ipv6'] as const)(
    'takes and prints the recorded rules of %s as recorded',
    (family) => {
      const differing = readRecording(family)
        .map((line) => ({ rule: line.written, recorded: line.printed, kernel: tools.load(line, family) }))
        .filter(({ recorded, kernel }) => JSON.stringify(recorded) !== JSON.stringify(kernel));
      expect(differing).toEqual([]);
    },
    60_000,
  );
});
