import { describe, expect, it } from 'vitest';
import { clusterWith, exhibitsOf, outputOf } from '../support/lesson-steps.ts';

const IPVS = clusterWith('ipvs');
const of = (step: number, command = ''): readonly string[] => outputOf(step, command, IPVS);
const sentencesOf = (step: number): string => exhibitsOf(step, IPVS).map(({ see = '' }) => see).join(' ');

describe('in IPVS mode', () => {
  it('the cache has its own address alone, and kube-proxy those of the Services', () => {
    const addresses = (lines: readonly string[]): readonly string[] => lines.flatMap((line) => /inet (\S+)/.exec(line)?.[1] ?? []);
    expect(addresses(of(11, 'show nodelocaldns'))).toEqual(['169.254.20.10/32']);
    expect(addresses(of(11, 'show kube-ipvs0')).toSorted()).toEqual(['10.96.0.1/32', '10.96.0.10/32', '10.96.248.93/32']);
    expect(of(16, 'ip route')[0]).toMatch(/^local 10\.96\.0\.10 dev lo /);
  });

  it('no rule of the cache is for the Service', () => {
    for (const step of [14, 17]) {
      expect(of(step).length).toBeGreaterThan(0);
      expect(of(step).filter((line) => line.includes('10.96.0.10'))).toEqual([]);
      expect(sentencesOf(step)).toContain('None is for 10.96.0.10');
    }
    expect(of(14)).toEqual(outputOf(14).filter((line) => line.includes('169.254.20.10')));
  });

  it('virtual servers and a set take the place of rules for each Service', () => {
    expect(of(15, 'kube-dns:dns')).toEqual([]);
    expect(of(15, 'ipvsadm').filter((line) => line.startsWith('-A'))).toEqual(['-A -t 10.96.0.10:53 -s rr', '-A -u 10.96.0.10:53 -s rr']);
    expect(of(15, 'grep KUBE-CLUSTER-IP').at(-1)).toBe('-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT');
    expect(of(15, 'ipset')).toContain('add KUBE-CLUSTER-IP 10.96.0.10,udp:53');
  });

  it('the manifest is filled in otherwise, and kube-dns itself is asked', () => {
    expect(exhibitsOf(5, IPVS)[0]?.commands[0]).toContain('s/,__PILLAR__DNS__SERVER__//g; s/__PILLAR__CLUSTER__DNS__/10.96.0.10/g');
    expect(of(7).filter((line) => line.includes('bind')).map((line) => line.trim())).toEqual(Array.from({ length: 4 }, () => 'bind 169.254.20.10'));
    expect(of(7).filter((line) => line.includes('forward . 10.96.0.10 {'))).toHaveLength(3);
  });

  it('pods ask another address than before', () => {
    expect(of(2, 'resolv.conf')[1]).toBe('nameserver 10.96.0.10');
    expect(of(12, 'resolv.conf')[1]).toBe('nameserver 169.254.20.10');
  });

  it.each([12, 13, 18, 19, 20, 21, 24])('step %d says that it needs the walk', (step) => {
    expect(sentencesOf(step)).toContain('the walk through IPVS, which is not modelled yet');
  });

  it.each([1, 2, 3, 4, 6, 8, 9, 23])('step %d is the same', (step) => {
    expect(exhibitsOf(step, IPVS)).toEqual(exhibitsOf(step));
  });
});
