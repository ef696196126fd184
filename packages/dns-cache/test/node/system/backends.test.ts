import { describe, expect, it } from 'vitest';
import type { CommandOutcome, Run } from '../../../src/node/command.ts';
import { findBackends } from '../../../src/node/system/backends.ts';
import type { FoundBackends } from '../../../src/node/system/backends.ts';
import { waitWords } from '../../../src/node/system/waits.ts';

const NFT = 'iptables v1.8.9 (nf_tables)\n';
const LEGACY = 'iptables v1.8.9 (legacy)\n';

/** A node that has these programs, each with what it says. */
const nodeWith = (programs: Readonly<Record<string, string>>): Run => ({ argv: [program] }) => {
  const said = programs[program];
  const outcome: CommandOutcome = said === undefined ? { kind: 'missing', program } : { kind: 'done', stdout: said };
  return Promise.resolve(outcome);
};

const BOTH = { 'iptables-nft-restore': NFT, 'iptables-legacy-restore': LEGACY, 'iptables-nft-save': '', 'ip6tables-nft-save': '', 'iptables-legacy-save': '', 'ip6tables-legacy-save': '' };
const PLAIN = { 'iptables': NFT, 'iptables-restore': NFT };

const brief = ({ backend, others }: FoundBackends): unknown => {
  const tools = backend?.tools.ipv4;
  const program = tools?.kind === 'restore' ? tools.restore : tools?.single;
  return [backend?.variant, program, tools?.waits.join(' '), others.map(({ variant }) => variant)];
};

describe('which iptables is used', () => {
  it.each([
    ['what iptables is, where nobody has rules', { ...BOTH, ...PLAIN }, false, ['nft', 'iptables-restore', '-w 5', []]],
    ['what iptables is: legacy', { ...BOTH, ...PLAIN, iptables: LEGACY }, false, ['legacy', 'iptables-restore', '-w 5', ['nft']]],
    ['where more rules are', { ...BOTH, ...PLAIN, 'iptables-legacy-save': '-A INPUT -j X\n' }, true, ['legacy', 'iptables-legacy-restore', '-w 5', ['nft']]],
    ['where the kubelet’s chains are', { ...BOTH, ...PLAIN, 'iptables-legacy-save': '-A INPUT -j X\n', 'iptables-nft-save': ':KUBE-IPTABLES-HINT - [0:0]\n' }, true, ['nft', 'iptables-restore', '-w 5', ['legacy']]],
    ['where the canary is', { ...BOTH, ...PLAIN, 'ip6tables-legacy-save': ':KUBE-KUBELET-CANARY - [0:0]\n', 'iptables-nft-save': '-A INPUT -j X\n' }, true, ['legacy', 'iptables-legacy-restore', '-w 5', ['nft']]],
    ['not where only an agent has rules', { ...BOTH, ...PLAIN, 'iptables-legacy-save': '-A OUTPUT -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK\n' }, true, ['nft', 'iptables-restore', '-w 5', ['legacy']]],
    ['legacy is not asked where it has no tables', { ...BOTH, ...PLAIN, 'iptables-legacy-save': '-A INPUT -j X\n' }, false, ['nft', 'iptables-restore', '-w 5', []]],
    ['without plain names', BOTH, false, ['nft', 'iptables-nft-restore', '-w 5', []]],
    ['with plain names alone', PLAIN, false, ['nft', 'iptables-restore', '-w 5', []]],
    ['with the program for single rules alone', { iptables: 'iptables v1.4.21\n' }, false, ['legacy', 'iptables', '-w', []]],
    ['one of them alone', { 'iptables-legacy-restore': LEGACY }, false, ['legacy', 'iptables-legacy-restore', '-w 5', []]],
    ['none', {}, false, [undefined, undefined, undefined, []]],
  ])('%s', async (_, programs, hasLegacyTables, found) => {
    expect(brief(await findBackends(nodeWith(programs), (path) => Promise.resolve(hasLegacyTables && path.includes('ip6_') ? 'filter\n' : undefined)))).toEqual(found);
  });

  it.each([
    ['iptables v1.4.10', 'single', ''],
    ['iptables v1.4.20', 'single', '-w'],
    ['iptables v1.4.22', 'single', '-w 5'],
    ['iptables v1.6.1', 'restore', ''],
    ['iptables v1.6.2', 'restore', '-w 5'],
    ['iptables v2.0', 'restore', '-w 5'],
    ['who knows', 'restore', ''],
  ] as const)('%s is told to wait: %s %s', (version, kind, words) => {
    expect(waitWords(version, kind).join(' ')).toBe(words);
  });
});
