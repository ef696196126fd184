import { inspectNodeCacheRules, nodeCacheTransaction } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';

const SETTINGS = { addresses: ['169.254.20.10', '10.96.0.10'], dnsPort: 53, healthPort: 8080 };

/** As `iptables-save` prints them once they are in, but for their order. */
const SAVED = nodeCacheTransaction(SETTINGS).replaceAll(/^-I /gm, '-A ');

const copiesIn = (saved: string): readonly number[] => inspectNodeCacheRules(SETTINGS, saved).flatMap(({ rules }) => rules.map(({ copies }) => copies.length));

describe("which of node-cache's rules are there", () => {
  it('are all of them, once', () => {
    expect(copiesIn(SAVED)).toEqual(Array.from({ length: 24 }, () => 1));
  });

  it('are none on a node without', () => {
    expect(copiesIn('')).toEqual(Array.from({ length: 24 }, () => 0));
  });

  it('are known by either name of the target, as they are spelled', () => {
    const other = SAVED.replace('-j NOTRACK', '-j CT --notrack');
    expect(copiesIn(other)).toEqual(copiesIn(SAVED));
    expect(inspectNodeCacheRules(SETTINGS, other).flatMap(({ rules }) => rules.flatMap(({ copies }) => copies)).filter((spec) => spec.endsWith('--notrack'))).toHaveLength(1);
  });

  it('are known without their comment', () => {
    expect(copiesIn(SAVED.replaceAll(/-m comment --comment "[^"]*" /g, ''))).toEqual(copiesIn(SAVED));
  });

  it('may be there twice', () => {
    const [line = ''] = SAVED.split('\n').filter((text) => text.startsWith('-A PREROUTING'));
    expect(Math.max(...copiesIn(SAVED.replace(line, `${line}\n${line}`)))).toBe(2);
  });

  it('stand in chains of which it is told whether they drop the rest, and what the node needs there besides', () => {
    const filter = (rest: string): string => SAVED.replace('*filter\n', `*filter\n${rest}`);
    const drops = (saved: string): readonly string[] => inspectNodeCacheRules(SETTINGS, saved).filter(({ dropsTheRest }) => dropsTheRest).map(({ table, chain }) => `${table} ${chain}`);
    expect(drops(SAVED)).toEqual([]);
    expect(drops(filter(':INPUT DROP [0:0]\n'))).toEqual(['filter INPUT']);
    expect(drops(SAVED.replace('COMMIT', '-A OUTPUT -j REJECT\nCOMMIT'))).toEqual(['filter OUTPUT']);
    const input = inspectNodeCacheRules(SETTINGS, SAVED).find(({ table, chain }) => table === 'filter' && chain === 'INPUT');
    expect(input?.ofNode.map(({ spec }) => spec)).toContain('-s 169.254.20.10/32 -i lo -p udp -m udp --sport 53 -m comment --comment "NodeLocal DNS Cache: allow node and health traffic" -j ACCEPT');
  });
});
