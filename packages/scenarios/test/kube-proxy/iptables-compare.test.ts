import { describe, expect, it } from 'vitest';
import { compareIptables } from '../../src/kube-proxy/iptables/compare.ts';

describe('a comparison of rules', () => {
  const chains = ':KUBE-SERVICES - [0:0]\n:KUBE-SVC-A - [0:0]\n';
  const rule = (id: string, port: number): string => `-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "${id} cluster IP" -m tcp --dport ${port} -j KUBE-SVC-A\n`;
  const last = '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -j KUBE-NODEPORTS\n';
  const nat = (...lines: readonly string[]): string => `*nat\n${chains}${lines.join('')}COMMIT\n`;

  it('lets Services come in any order', () => {
    expect(compareIptables(nat(rule('a/b:c', 1), rule('d/e:f', 2), last), nat(rule('d/e:f', 2), rule('a/b:c', 1), last))).toEqual([]);
  });

  it.each([
    ['a rule of another port', nat(rule('a/b:c', 2), last), 'nat KUBE-SERVICES a/b:c tcp'],
    ['rules of one Service in another order', nat(rule('a/b:c', 2), rule('a/b:c', 1), last), 'nat KUBE-SERVICES a/b:c tcp'],
    ['what should come last, before others', nat(last, rule('a/b:c', 1), rule('a/b:c', 2)), 'nat KUBE-SERVICES a/b:c tcp after what comes last'],
    ['a chain that is not there', nat(rule('a/b:c', 1), rule('a/b:c', 2), last).replace(':KUBE-SVC-A - [0:0]\n', ''), 'nat KUBE-SVC-A'],
  ])('notices %s', (_, ours, where) => {
    expect(compareIptables(nat(rule('a/b:c', 1), rule('a/b:c', 2), last), ours).map((each) => each.where)).toContain(where);
  });
});
