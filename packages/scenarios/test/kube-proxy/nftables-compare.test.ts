import { describe, expect, it } from 'vitest';
import { compareNftables } from '../../src/kube-proxy/nftables/compare.ts';
import { balancedBy, familiesOf, HERE, service, slice, textOf, THERE } from './nftables-node.ts';

const affine = { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }], sessionAffinity: 'ClientIP', loadBalancerSourceRanges: ['10.0.0.0/8'] };

/** All kinds of chains, sets, maps and elements; a chain that is left empty, too. */
const TEXT = textOf(
  familiesOf([service('web', { ...affine, externalTrafficPolicy: 'Local' }, balancedBy('203.0.113.7')), service('none', { clusterIP: '10.96.0.9' }), slice('web', [HERE, THERE])], '--cluster-cidr=10.244.0.0/16'),
  familiesOf([service('web', affine, balancedBy('203.0.113.7')), slice('web', [HERE, THERE, { address: '10.244.3.5', node: 'node3' }])]),
);
const LINES = TEXT.split('\n');

const without = (from: number, to = from): string => LINES.filter((_, index) => index < from || index > to).join('\n');
const instead = (at: number, ...lines: readonly string[]): string => [...LINES.slice(0, at), ...lines, ...LINES.slice(at + 1)].join('\n');

const isSame = (recorded: string, ours: string): boolean => compareNftables(recorded, ours).length === 0;

/** Where a line is neither a bracket nor empty. */
const SAYING = LINES.flatMap((line, index) => (/^\t.*[^{}\s]/.test(line) ? [index] : []));

describe('two rulesets', () => {
  it('are the same where they are', () => {
    expect(SAYING.length).toBeGreaterThan(100);
    expect(compareNftables(TEXT, TEXT)).toEqual([]);
    expect(compareNftables('', '')).toEqual([]);
  });

  it('differ by any line that one of them lacks or has twice', () => {
    const unnoticed = SAYING.filter((at) => isSame(TEXT, without(at)) || isSame(without(at), TEXT));
    expect(unnoticed.map((at) => LINES[at])).toEqual([]);
    const inside = SAYING.filter((at) => LINES[at]?.startsWith('\t\t'));
    expect(inside.filter((at) => isSame(TEXT, instead(at, LINES[at] ?? '', LINES[at] ?? '')))).toEqual([]);
  });

  it('differ by any word', () => {
    const changes = SAYING.flatMap((at) => {
      const words = (LINES[at] ?? '').split(' ');
      return words.flatMap((word, index) => (/\w/.test(word) ? [{ at, line: words.with(index, word.replace(/\w/, (letter) => (letter === '7' ? '8' : '7'))).join(' ') }] : []));
    });
    expect(changes.length).toBeGreaterThan(500);
    expect(changes.filter(({ at, line }) => isSame(TEXT, instead(at, line)))).toEqual([]);
  });

  it('differ by the order of rules in a chain', () => {
    const swaps = LINES.flatMap((line, at) => {
      const next = LINES[at + 1] ?? '';
      const isInChain = LINES.slice(0, at).findLast((each) => /^\t\S+ \S+ \{$/.test(each))?.startsWith('\tchain ') === true;
      if (!isInChain || !line.startsWith('\t\t') || !next.startsWith('\t\t') || line === next) return [];
      return [[...LINES.slice(0, at), next, line, ...LINES.slice(at + 2)].join('\n')];
    });
    expect(swaps.length).toBeGreaterThan(20);
    expect(swaps.filter((swapped) => isSame(TEXT, swapped))).toEqual([]);
  });

  it('differ by a whole chain, an empty one too, and by a table', () => {
    const empty = LINES.findIndex((line, index) => line.startsWith('\tchain ') && LINES[index + 1] === '\t}');
    expect(LINES[empty]).toMatch(/^\tchain endpoint-.*10\.244\.3\.5/);
    const title = LINES[empty]?.slice(1, -2) ?? '';
    expect(compareNftables(TEXT, without(empty, empty + 1))).toEqual([{ where: `ip kube-proxy ${title}`, missing: [title], extra: [] }]);
    expect(compareNftables(without(empty, empty + 1), TEXT)).toEqual([{ where: `ip kube-proxy ${title}`, missing: [], extra: [title] }]);
    const one = TEXT.slice(0, TEXT.indexOf('table ip6'));
    expect(compareNftables(TEXT, one)[0]).toEqual({ where: 'ip6 kube-proxy', missing: ['table ip6 kube-proxy', 'comment "rules for kube-proxy"'], extra: [] });
  });

  it('say where they differ, and in what', () => {
    const other = TEXT.replace('masquerade fully-random', 'masquerade').replace('10.96.0.9 . tcp', '10.96.0.8 . tcp');
    expect(compareNftables(TEXT, other)).toEqual([
      {
        where: 'ip kube-proxy map no-endpoint-services',
        missing: ['10.96.0.9 . tcp . 80 comment "default/none" : goto reject-chain'],
        extra: ['10.96.0.8 . tcp . 80 comment "default/none" : goto reject-chain'],
      },
      { where: 'ip kube-proxy chain masquerading', missing: ['masquerade fully-random'], extra: ['masquerade'] },
    ]);
  });
});

describe('what is no difference', () => {
  it('is the order of elements, and of chains', () => {
    expect(compareNftables(TEXT, TEXT.replace(/\{ 10\.96\.0\.1, 10\.96\.0\.9 \}/, '{ 10.96.0.9,\n\t\t\t     10.96.0.1 }'))).toEqual([]);
    const [base = '', ...chains] = TEXT.slice(0, TEXT.indexOf('}\ntable ip6')).split(/^(?=\tchain )/m);
    const turned = `${base}${chains.map((chain) => `${chain.trimEnd()}\n\n`).toReversed().join('').trimEnd()}\n${TEXT.slice(TEXT.indexOf('}\ntable ip6'))}`;
    expect(turned).not.toBe(TEXT);
    expect(compareNftables(TEXT, turned)).toEqual([]);
  });

  it('is a table of somebody else', () => {
    const other = 'table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n';
    expect(compareNftables(`${other}${TEXT}`, TEXT)).toEqual([]);
    expect(compareNftables(TEXT, `${TEXT}${other}`)).toEqual([]);
  });

  it('is a client that an endpoint keeps', () => {
    const kept = TEXT.replace(/^\t\ttimeout 3h\n/m, '\t\ttimeout 3h\n\t\telements = { 10.244.1.9 expires 2h59m58s96ms,\n\t\t\t     10.244.1.10 expires 2h1s }\n');
    expect(kept).not.toBe(TEXT);
    expect(compareNftables(kept, TEXT)).toEqual([]);
  });
});
