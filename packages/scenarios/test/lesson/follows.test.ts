import { address } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { LESSON_STEPS } from '../../src/lesson/steps.ts';
import { CLUSTER, clusterWith, exhibitsOf, outputOf } from '../support/lesson-steps.ts';

/** Nothing that a step prints is stored: another cluster, another output. */

const ALL = LESSON_STEPS.map(({ number }) => number);

/** All that some steps print. */
const printed = (steps: readonly number[], cluster = CLUSTER): string =>
  steps.flatMap((number) => exhibitsOf(number, cluster).flatMap(({ commands, output, see = '' }) => [...commands, ...output, see])).join('\n');

describe('outputs follow', () => {
  it('the address of kube-dns, wherever it stands', () => {
    const other = printed(ALL, clusterWith('iptables', (json) => json.replaceAll('10.96.0.10', '10.43.7.53')));
    expect(other).not.toContain('10.96.0.10');
    expect(other).toBe(printed(ALL).replaceAll('10.96.0.10', '10.43.7.53'));
  });

  it("the cluster's domain", () => {
    const other = printed([2, 4, 5, 6, 7, 12, 19, 22, 24], clusterWith('iptables', undefined, { domain: 'example.test' }));
    expect(other).not.toContain('cluster.local');
    expect(other).toContain('Name:\tkubernetes.default.svc.example.test');
    expect(other).toContain('zones="example.test."');
  });

  it("the cache's address and device", () => {
    const other = clusterWith('iptables', undefined, { localDns: address('169.254.25.25'), device: 'dnscache0' });
    expect(printed([4, 5, 7, 11, 14, 17, 22], other)).not.toContain('169.254.20.10');
    expect(outputOf(11, 'ip addr', other)[0]).toMatch(/^4: dnscache0: /);
    expect(outputOf(22, '', other)).toContain('        health 169.254.25.25:8080');
  });

  it('the Service that the caches ask', () => {
    const other = clusterWith('iptables', (json) => json.replaceAll('10.96.248.93', '10.96.77.1'));
    expect(outputOf(7, '', other)).toContain('    forward . 10.96.77.1 {');
    expect(outputOf(10, '', other)[1]).toMatch(/^kube-dns-upstream {3}ClusterIP {3}10\.96\.77\.1 /);
  });

  it('the ports of a Service', () => {
    const other = clusterWith('iptables', (json) => json.replace('"type": "ClusterIP"', '"type": "NodePort"').replaceAll('"port": 9153,', '"port": 9253, "nodePort": 30153,'));
    expect(outputOf(2, 'get svc', other)[1]).toContain(' 53/UDP,53/TCP,9253:30153/TCP ');
  });

  it('pods: where they are, and how they are', () => {
    const moved = clusterWith('iptables', (json) => json.replaceAll('"ready": true, "restartCount"', '"restartCount"').replaceAll('"restartCount": 0', '"restartCount": 2').replaceAll('"phase": "Running"', '"phase": "Pending"'));
    expect(outputOf(9, '', moved)[1]).toMatch(/^node-local-dns-6tq8m {3}\d\/1 {5}Pending {3}2 {10}30s /);
  });

  it('the clock: what is made later is not there yet', () => {
    const later = clusterWith('iptables', (json) => json.replaceAll('T08:13:00Z', 'T08:13:20Z'));
    expect(outputOf(9, '', later)[1]).toMatch(/ 10s /);
    const tooLate = clusterWith('iptables', (json) => json.replaceAll('T08:13:00Z', 'T08:15:10Z'));
    expect(outputOf(10, '', tooLate)).toHaveLength(1);
    expect(outputOf(9, '', tooLate)).toHaveLength(1);
  });

  it('what becomes of a lookup: without a CoreDNS pod there is no answer, and only that is cached', () => {
    const nobody = clusterWith('iptables', (json) => json.replaceAll(/"ready": true,(\s+)"serving": true/g, '"ready": false,$1"serving": false'), { repeats: 1 });
    expect(outputOf(18, 'nslookup', nobody).join('\n')).not.toContain('Name:');
    expect(outputOf(21, '', nobody).filter((line) => !line.endsWith(' 0'))).toEqual([expect.stringMatching(/^coredns_cache_entries\{.*type="denial".*zones="cluster\.local\."\} \d+$/)]);
    // kube-proxy refuses what comes for a Service without endpoints; its rules for kube-dns are gone.
    expect(outputOf(15, '', nobody)).toEqual([]);
  });

  it('the world outside', () => {
    const other = clusterWith('iptables', undefined, { outside: { 'google.com.': ['203.0.113.9'] } });
    expect(outputOf(24, 'google.com', other)).toContain('Address: 203.0.113.9');
    expect(outputOf(24, 'google.com', clusterWith('iptables', undefined, { outside: {} }))).toContain("** server can't find google.com: NXDOMAIN");
  });

  it('the Corefile of the manifest', () => {
    const other = clusterWith('iptables', undefined, { template: CLUSTER.template.replace('denial 9984 5', 'denial 100 60') });
    expect(outputOf(6, '', other)).toContain('            denial 100 60');
    // Denials are kept for longer than from step 12 to 18 no more than CoreDNS lets them be, thirty seconds: three are hits each time.
    expect(outputOf(19, 'curl', other).join('\n')).toContain('type="denial",view="",zones="cluster.local."} 6');
    const uncached = clusterWith('iptables', undefined, { template: CLUSTER.template.replaceAll(/^ {4}cache 30\n/gm, '').replace(/ {4}cache \{[^}]*\}\n/, '') });
    expect(outputOf(21, '', uncached)).toEqual([]);
  });

  it('chance, in ports and query IDs alone', () => {
    const withoutChance = (text: string): string => text.replaceAll(/192\.168\.82\.65:\d+( - \d+)?/g, 'POD');
    const steps = [13, 18, 19, 24];
    const [one, other] = [CLUSTER, clusterWith('iptables', undefined, { seed: 9 })].map((cluster) => printed(steps, cluster));
    expect(other).not.toBe(one);
    expect(withoutChance(other ?? '')).toBe(withoutChance(one ?? ''));
  });
});

it('a cluster that lacks something says what', () => {
  const without = clusterWith('iptables', (json) => json.replaceAll('"dns-test"', '"other"'));
  expect(() => outputOf(11, '', without)).toThrow("the lesson's cluster has no pod dns-test");
});
