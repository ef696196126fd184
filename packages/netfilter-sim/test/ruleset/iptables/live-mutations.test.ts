import { InputError, parseRuleSet, printRule } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutatedRules } from './live/mutated-rules.ts';
import { canAskTools, newToolNamespace } from './live/namespace.ts';
import type { ToolNamespace } from './live/namespace.ts';
import { readRecording, ruleSetText } from './recorded/lines.ts';
import type { RecordedLine } from './recorded/lines.ts';

const readAndPrint = (line: RecordedLine, family: Family): readonly string[] | undefined => {
  try {
    const rules = parseRuleSet(ruleSetText(line), { file: 'rules', family }).tables.get(line.table)?.chains.get(line.chain)?.rules ?? [];
    return rules.map((rule) => printRule('', rule).slice('-A '.length).trim());
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
};

const SEED = Number(process.env['RULES_SEED'] ?? 1);
const RULES = Number(process.env['RULES'] ?? 150);

describe.skipIf(!canAskTools())('rules a little beside those recorded (skipped without root, iptables-legacy 1.8.9 and ipset)', () => {
  let tools: ToolNamespace;
  beforeAll(() => {
    tools = newToolNamespace(`ruleset-mutations-${process.pid}`);
  });
  afterAll(() => {
    tools.end();
  });

  it.each(['ipv4', 'ipv6'] as const)('of %s are refused, or taken and printed, as iptables and the kernel do', { timeout: 60_000 + RULES * 200 }, (family) => {
    const rules = fc.sample(mutatedRules(readRecording(family)), { seed: SEED, numRuns: RULES });
    const differing = rules
      .map((line) => ({ rule: `${line.table} ${line.chain} ${line.written}`, model: readAndPrint(line, family), kernel: tools.load(line, family) }))
      .filter(({ model, kernel }) => JSON.stringify(model) !== JSON.stringify(kernel));
    expect(differing).toEqual([]);
  });
});
