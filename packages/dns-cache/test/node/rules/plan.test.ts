import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMending } from '../../../src/node/rules/mending.ts';
import { planRemoval } from '../../../src/node/rules/removal.ts';
import { nodeCacheRules } from '../../../src/node/rules/rule.ts';
import { readOurs } from '../../../src/node/rules/ours.ts';
import { ruleSpec } from '../../../src/node/rules/text.ts';
import type { Chains } from '../support/tables.ts';
import { applied, savedFrom } from '../support/tables.ts';

const SETTINGS = { addresses: ['169.254.20.10', '10.96.0.10'], dnsPort: 53, healthPort: 8080 };
const OTHER = { ...SETTINGS, addresses: ['10.96.0.99'] };
const CHAINS = ['filter INPUT', 'filter OUTPUT', 'raw PREROUTING', 'raw OUTPUT'];

const specsIn = (name: string, settings: typeof SETTINGS): readonly string[] =>
  nodeCacheRules(settings).toReversed().filter(({ table, chain }) => `${table} ${chain}` === name).map(ruleSpec);

const WHOLE: Chains = Object.fromEntries(CHAINS.map((name) => [name, specsIn(name, SETTINGS)]));
const EMPTY: Chains = Object.fromEntries(CHAINS.map((name) => [name, []]));

const FOREIGN = ['-j KUBE-FIREWALL', '-i eth0 -j DROP', '-m conntrack --ctstate NEW -m comment --comment "a b" -j KUBE-SERVICES', '-p udp -j NOTRACK'];

/** Ours in any number and order, others' and foreign ones among them. */
const chains: fc.Arbitrary<Chains> = fc.record(
  Object.fromEntries(CHAINS.map((name) => [name, fc.array(fc.constantFrom(...specsIn(name, SETTINGS), ...specsIn(name, OTHER), ...FOREIGN), { maxLength: 16 })])),
);

const foreignIn = (found: Chains): Chains =>
  Object.fromEntries(Object.entries(found).map(([name, specs]) => [name, specs.filter((spec) => readOurs(spec) === undefined)]));

const oursIn = (found: Chains): Chains =>
  Object.fromEntries(Object.entries(found).map(([name, specs]) => [name, specs.filter((spec) => readOurs(spec) !== undefined)]));

const nobody = (): boolean => false;
const everybody = (): boolean => true;

describe('mending', () => {
  it('of nothing puts all in, what lets through before what diverts, each on top of the last', () => {
    const plan = planMending(SETTINGS, savedFrom(EMPTY), nobody);
    expect(plan).toMatchObject({ kind: 'mend', missing: nodeCacheRules(SETTINGS), duplicates: [], stale: [], misordered: [] });
    if (plan.kind !== 'mend') return;
    expect(plan.text).toMatch(/^\*filter\n(-I \w+ .*\n){8}COMMIT\n\*raw\n(-I \w+ .*\n){16}COMMIT\n$/);
    expect(applied(EMPTY, plan.text)).toEqual(WHOLE);
  });

  it('of what is as wanted is nothing', () => {
    expect(planMending(SETTINGS, savedFrom(WHOLE), nobody)).toEqual({ kind: 'as-wanted', above: [] });
  });

  it('leaves chains alone that are as wanted', () => {
    const plan = planMending(SETTINGS, savedFrom({ ...WHOLE, 'raw PREROUTING': WHOLE['raw PREROUTING']?.slice(1) ?? [] }), nobody);
    expect(plan.kind === 'mend' ? plan.text : '').toMatch(/^\*raw\n(-D PREROUTING .*\n){3}(-I PREROUTING .*\n){4}COMMIT\n$/);
  });

  it('from anything ends with ours whole and in order, and with all others where they were', () => {
    fc.assert(
      fc.property(chains, fc.boolean(), (before, isServed) => {
        const inUse = isServed ? everybody : nobody;
        const plan = planMending(SETTINGS, savedFrom(before), inUse);
        const after = plan.kind === 'mend' ? applied(before, plan.text) : before;
        expect(planMending(SETTINGS, savedFrom(after), inUse)).toMatchObject({ kind: 'as-wanted' });
        expect(foreignIn(after)).toEqual(foreignIn(before));
        const own = (found: Chains): Chains => Object.fromEntries(Object.entries(oursIn(found)).map(([name, specs]) => [name, specs.filter((spec) => !spec.includes('10.96.0.99'))]));
        expect(own(after)).toEqual(WHOLE);
        const others = (found: Chains): readonly string[] => Object.values(found).flat().filter((spec) => spec.includes('10.96.0.99'));
        expect(others(after)).toEqual(isServed ? others(before) : []);
      }),
    );
  });

  it.each([
    ['raw', '-j ACCEPT', true],
    ['raw', '-m comment --comment "all of it" -j RETURN', true],
    ['raw', '-i eth0 -j ACCEPT', false],
    ['raw', '-m set --match-set x src -j ACCEPT', false],
    ['raw', '-j cali-PREROUTING', false],
  ])('moves ours above a foreign rule only if none gets past it: %s %s', (_, spec, moves) => {
    const plan = planMending(SETTINGS, savedFrom({ ...WHOLE, 'raw PREROUTING': [spec, ...(WHOLE['raw PREROUTING'] ?? [])] }), nobody);
    expect(plan).toMatchObject(moves ? { kind: 'mend', misordered: ['raw PREROUTING'] } : { kind: 'as-wanted', above: [spec] });
  });

  it.each([
    ['the policy', { 'filter OUTPUT': 'DROP' }, [], 4],
    ['a last rule', {}, ['-j DROP'], 4],
    ['a last rule that says so', {}, ['-m comment --comment "no more" -j REJECT --reject-with icmp-host-prohibited'], 4],
    ['nothing', {}, ['-i eth0 -j DROP', '-d 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable', '-j KUBE-FIREWALL', '! -s 127.0.0.0/8 -j DROP', '-p udp -j DROP'], 0],
  ])('lets the node’s own traffic through where the rest is dropped by %s', (_, policies, specs, wanted) => {
    const found = { ...WHOLE, 'filter OUTPUT': [...(WHOLE['filter OUTPUT'] ?? []), ...specs] };
    const plan = planMending(SETTINGS, savedFrom(found, policies), nobody);
    expect(plan.kind === 'mend' ? plan.missing.map(({ chain }) => chain) : []).toEqual(Array.from({ length: wanted * 2 }, () => 'OUTPUT'));
    if (plan.kind !== 'mend') return;
    const after = applied(found, plan.text);
    expect(after['filter OUTPUT']?.slice(0, 4)).toEqual(WHOLE['filter OUTPUT']);
    expect(planMending(SETTINGS, savedFrom(after, policies), nobody)).toMatchObject({ kind: 'as-wanted' });
  });

  it('leaves out what iptables would refuse, and all else with it', () => {
    const plan = planMending({ ...SETTINGS, healthPort: 99_999 }, savedFrom(EMPTY), nobody);
    expect(plan.kind === 'mend' ? plan.missing : []).toHaveLength(20);
  });
});

describe('removal', () => {
  it('of nothing is nothing', () => {
    expect(planRemoval(SETTINGS, savedFrom(EMPTY), 'all', nobody)).toEqual({ kind: 'nothing' });
  });

  it('begins with what diverts', () => {
    const plan = planRemoval(SETTINGS, savedFrom(WHOLE), 'diverting', nobody);
    const after = plan.kind === 'remove' ? applied(WHOLE, plan.text) : WHOLE;
    expect(after['raw PREROUTING']).toEqual([]);
    expect(after['raw OUTPUT']).toEqual(WHOLE['raw OUTPUT']?.filter((spec) => !spec.includes('--dport 53')));
    expect([after['filter INPUT'], after['filter OUTPUT']]).toEqual([WHOLE['filter INPUT'], WHOLE['filter OUTPUT']]);
    expect(planRemoval(SETTINGS, savedFrom(after), 'diverting', nobody)).toEqual({ kind: 'nothing' });
  });

  it('takes NOTRACK away first', () => {
    const plan = planRemoval(SETTINGS, savedFrom(WHOLE), 'all', nobody);
    expect(plan.kind === 'remove' ? plan.text : '').toMatch(/^\*raw\n(-D .*\n){16}COMMIT\n\*filter\n(-D .*\n){8}COMMIT\n$/);
  });

  it('from anything leaves nothing of ours, and all else where it was', () => {
    fc.assert(
      fc.property(chains, fc.boolean(), (before, isServed) => {
        const inUse = isServed ? everybody : nobody;
        const plan = planRemoval(SETTINGS, savedFrom(before), 'all', inUse);
        const after = plan.kind === 'remove' ? applied(before, plan.text) : before;
        expect(planRemoval(SETTINGS, savedFrom(after), 'all', inUse)).toEqual({ kind: 'nothing' });
        expect(foreignIn(after)).toEqual(foreignIn(before));
        expect(Object.values(oursIn(after)).flat().filter((spec) => !isServed || !spec.includes('10.96.0.99'))).toEqual([]);
      }),
    );
  });
});
