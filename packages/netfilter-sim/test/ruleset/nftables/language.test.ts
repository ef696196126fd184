import { existsSync, readFileSync } from 'node:fs';
import { InputError, readNftables } from '@nodelocal/netfilter-sim';
import type { NftRuleSet, NftTable, Statement } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';
import { readRecorded, RECORDED, STATEMENTS } from './recorded.ts';

/** What is not modelled is kept as it was written: the two forms need not agree on that, only on where it stands. */
const upToUnknown = (statements: readonly Statement[]): readonly Statement[] => {
  const at = statements.findIndex(({ kind }) => kind === 'not-modelled');
  const known = (at < 0 ? statements : statements.slice(0, at)).map((statement) =>
    statement.kind === 'unknown-test' || statement.kind === 'no-effect' ? { ...statement, text: '' } : statement,
  );
  return at < 0 ? known : [...known, { kind: 'not-modelled', what: '', text: '' }];
};

const comparable = ({ tables, edges }: NftRuleSet, handles: 'kept' | 'unknown'): object => ({
  tables: tables.map((table: NftTable) => ({
    ...table,
    chains: [...table.chains.values()].map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) => ({ ...rule, handle: handles === 'kept' ? rule.handle : 0, statements: upToUnknown(rule.statements) })),
    })),
  })),
  edges,
});

describe.each([...RECORDED, STATEMENTS] as const)('the recorded rule set %s', (name) => {
  it('is the same as text and as JSON', () => {
    const { json, listing } = readRecorded(name);
    expect(comparable(readNftables('text', listing), 'kept')).toEqual(comparable(readNftables('json', json), 'kept'));
  });
});

const kubeProxy = `${sharedFolder}kube-proxy-cases/nftables.jsonl`;

interface Written {
  readonly nft: string;
  readonly 'nft-json': unknown;
}

describe.skipIf(!existsSync(kubeProxy))('what kube-proxy wrote (skipped without ../shared)', () => {
  it('is the same as text and as JSON', () => {
    const cases = readFileSync(kubeProxy, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id: string; readonly written: Written; readonly 'written-after'?: Written });
    expect(cases.length).toBeGreaterThan(40);
    for (const { id, written, 'written-after': after = written } of cases) {
      for (const { nft, 'nft-json': json } of [written, after]) {
        const asJson = typeof json === 'string' ? json : JSON.stringify(json);
        expect({ id, ...comparable(readNftables('text', nft), 'unknown') }).toEqual({ id, ...comparable(readNftables('json', asJson), 'unknown') });
      }
    }
  });
});

const inChain = (...rules: readonly string[]): string =>
  ['table inet t {', '\tchain c {', '\t\ttype filter hook input priority filter; policy accept;', ...rules.map((rule) => `\t\t${rule}`), '\t}', '}', ''].join('\n');

const rulesOf = (text: string): readonly NftTable[] => readNftables('rules.nft', text).tables;
const statementsOf = (rule: string): readonly Statement[] => rulesOf(inChain(rule))[0]?.chains.get('c')?.rules[0]?.statements ?? [];

describe('a text without handles', () => {
  it('names rules by where they stand', () => {
    const rules = rulesOf(inChain('tcp dport 22 accept', 'drop'))[0]?.chains.get('c')?.rules;
    expect(rules?.map(({ handle }) => handle)).toEqual([-1, -2]);
  });

  it('is read where people wrote it on one line, with comments', () => {
    const text = '#!/usr/sbin/nft -f\ntable ip t { set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8,11.0.0.1 } }\n# who may\nchain c { type filter hook input priority -10; policy drop; ip saddr @s tcp dport {22,80} accept # both\n } }\n';
    const [table] = rulesOf(text);
    expect(table?.sets.get('s')?.elements).toHaveLength(2);
    expect(table?.chains.get('c')?.base).toEqual({ type: 'filter', hook: 'INPUT', priority: -10, policy: 'drop' });
    expect(table?.chains.get('c')?.rules[0]?.statements.map(({ kind }) => kind)).toEqual(['match', 'match', 'verdict']);
  });
});

it('words stand for operators, as where iptables is translated', () => {
  expect(statementsOf('meta mark set mark or 0x4000')).toEqual(statementsOf('meta mark set meta mark | 0x4000'));
  expect(statementsOf('meta mark and 0xff == 1')).toEqual(statementsOf('meta mark & 0xff == 1'));
});

it('a chain at a device knows its device, which the JSON of nft 1.0.6 does not', () => {
  const text = 'table netdev t {\n\tchain c {\n\t\ttype filter hook ingress device "eth0" priority filter; policy accept;\n\t\tdrop\n\t}\n}\n';
  expect(readNftables('rules.nft', text).edges).toEqual([{ family: 'netdev', table: 't', chain: 'c', hook: 'ingress', devices: ['eth0'] }]);
});

describe('what is not understood', () => {
  it.each([
    ['tcp dport 22 frobnicate the packet accept', ['match', 'not-modelled']],
    ['quota over 25 mbytes drop', ['quota', 'verdict']],
    ['meter m5 size 65535 { ip saddr limit rate 10/second } accept', ['unknown-test', 'verdict']],
    ['dup to 10.0.0.1 device "eth0" accept', ['no-effect', 'verdict']],
    ['fwd to "eth0" accept', ['not-modelled']],
    ['xt match "comment" counter packets 0 bytes 0 accept', ['unknown-test', 'counter', 'verdict']],
    // An older nft shows matches of iptables as a comment.
    ['ip protocol tcp # match-set pods src', ['match', 'not-modelled']],
    ['counter packets 1', ['not-modelled']],
    // Whatever the rest says, it tracks connections.
    ['dnat ip somewhere else', ['not-modelled', 'not-modelled']],
  ])('ends what is known of the rule: %s', (rule, kinds) => {
    expect(statementsOf(rule).map(({ kind }) => kind)).toEqual(kinds);
  });

  it.each([
    ['table ip t {\n\tchain c {\n', 3, 1, 'the end of the text'],
    ['table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 1.2.3.4 5.6.7.8 }\n\t}\n}\n', 4, 24, ''],
    ['chain c { }', 1, 1, 'expected "table", not "chain"'],
    ['table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { here }\n\t}\n}\n', 2, 2, 'an IPv4 address'],
    ['table ip t { chain c {\n\t\tip saddr @nowhere drop\n} }', 2, 3, 'the name of a set of this table'],
    ['table ip t { chain c {\n\t\tjump "nowhere\n} }', 2, 8, 'a quote is not closed'],
  ])('is refused outside rules, with its place: %j', (text, line, column, what) => {
    expect(() => readNftables('rules.nft', text)).toThrow(InputError);
    try {
      readNftables('rules.nft', text);
    } catch (error) {
      expect((error as InputError).position).toEqual({ file: 'rules.nft', line, column });
      expect((error as InputError).message).toContain(what);
    }
  });
});

it('whatever happens to a text, it is read or refused as input', () => {
  const { listing } = readRecorded('language');
  const offset = fc.nat({ max: listing.length });
  const piece = fc.constantFrom('{', '}', ';', ',', ' ', '\n', '"', '@', ':', '.', '-', '/', '#', 'set', 'map', '== ', '0x', '99999999999', '! ', 'é');
  const edits = fc.array(fc.tuple(offset, fc.nat({ max: 9 }), piece), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(edits, (changes) => {
      const text = changes.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), listing);
      try {
        readNftables('rules.nft', text);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.position.line).toBeLessThanOrEqual(text.split('\n').length);
      }
    }),
    { seed: 12, numRuns: 400 },
  );
});
