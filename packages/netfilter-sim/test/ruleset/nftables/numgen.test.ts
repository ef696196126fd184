import { describe, expect, it } from 'vitest';
import { dump, nftLab, set, translation } from './support.ts';

describe('numbers', () => {
  const choose = (mode: 'random' | 'inc', mod: number): object => ({
    dnat: {
      addr: {
        map: {
          key: { numgen: { mode, mod, offset: 0 } },
          data: set(...Array.from({ length: mod }, (_, at) => [at, `10.244.2.${at}`])),
        },
      },
    },
  });
  const targets = (node: ReturnType<typeof nftLab>, count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => node.send(`pod1: udp 10.244.1.5:${1000 + at} > 10.96.0.99:53`).packet.dst);
  const nat = (mode: 'random' | 'inc', mod: number) =>
    dump({ chains: [{ name: 'n', base: translation, rules: [[choose(mode, mod)]] }] });

  it('come one after the other', () => {
    expect(targets(nftLab(nat('inc', 3)), 4)).toEqual(['10.244.2.0', '10.244.2.1', '10.244.2.2', '10.244.2.0']);
  });

  it.each([3, 100])('come by chance, each of %i as likely', (mod) => {
    const counts = new Map<string, number>();
    for (const target of targets(nftLab(nat('random', mod)), mod * 60))
      counts.set(target, (counts.get(target) ?? 0) + 1);
    expect(counts.size).toBe(mod);
    expect(Math.max(...counts.values())).toBeLessThan(120);
  });

  it('are the same for the same seed', () => {
    expect(targets(nftLab(nat('random', 3), {}, 7), 9)).toEqual(targets(nftLab(nat('random', 3), {}, 7), 9));
  });

  it.each([
    ['jhash', { jhash: { mod: 5, expr: { payload: { protocol: 'ip', field: 'saddr' } } } }, 'pod1: udp 10.244.1.5:7 > 10.96.0.99:99'],
    ['symhash', { symhash: { mod: 5 } }, 'pod1: udp 10.244.1.5:1000 > 10.96.0.99:53'],
  ])('are one for all that is alike to %s, by a secret', (_, key, alike) => {
    const verdicts = dump({
      chains: [
        { name: 'f', base: { type: 'filter', hook: 'forward', prio: 0, policy: 'accept' }, rules: [[{ vmap: { key, data: set([0, { drop: null }], [1, { drop: null }], [2, { drop: null }]) } }]] },
      ],
    });
    const outcomes = new Set<string>();
    for (let seed = 1; seed < 20; seed += 1) {
      const node = nftLab(verdicts, {}, seed);
      const { kind } = node.send('pod1: udp 10.244.1.5:1000 > 10.96.0.99:53').outcome;
      expect(node.send(alike).outcome.kind).toBe(kind);
      outcomes.add(kind);
    }
    expect(outcomes).toEqual(new Set(['dropped', 'forwarded']));
  });
});
