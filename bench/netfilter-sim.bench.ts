import {
  arriving,
  exploreRace,
  flightFrom,
  newHostState,
  newRaceWorld,
  parsePacket,
  parseRuleSet,
  printRuleSet,
  readKernelVersion,
  readNode,
  run,
  seededChance,
  send,
} from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { bench, describe } from 'vitest';
import { kubeProxyRules } from './kube-proxy-rules.ts';

const ROUTES = JSON.stringify([{ dst: 'default', gateway: '172.18.0.1', dev: 'eth0' }]);
const nodeWith = (rules: string): Host =>
  readNode({
    folder: 'bench',
    contents: {
      'iptables-save.txt': rules,
      'ip-addr.json': JSON.stringify([{ ifindex: 2, ifname: 'eth0', flags: ['UP'], addr_info: [] }]),
      'ip-route.json': ROUTES,
      'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
    },
  }).host;

const chance = seededChance(1);
const { packet } = parsePacket('eth0: tcp 10.1.2.3:40000 > 10.96.0.1:80');
const missing = parsePacket('eth0: tcp 10.1.2.3:40000 > 192.0.2.1:80').packet;

describe('a packet to one service of', () => {
  for (const services of [10, 1000, 5000]) {
    const host = nodeWith(kubeProxyRules(services, 2));
    bench(`${services}, a hit`, () => {
      run(host, newHostState(), arriving(packet, 'eth0'), chance);
    });
    bench(`${services}, a miss`, () => {
      run(host, newHostState(), arriving(missing, 'eth0'), chance);
    });
  }
});

describe('a packet, on a state with 1000 connections,', () => {
  const host = nodeWith(kubeProxyRules(10, 2));
  const state = newHostState();
  for (let port = 1000; port < 2000; port += 1) {
    run(host, state, arriving(parsePacket(`eth0: tcp 10.1.2.3:${port} > 10.96.0.1:80`).packet, 'eth0'), chance);
  }
  bench('that the caller owns (run)', () => {
    run(host, state, arriving(packet, 'eth0'), chance);
  });
  bench('that stays as it was (send)', () => {
    send(host, state, arriving(packet, 'eth0'), chance);
  });
});

describe('23,000 lines of rules are', () => {
  const text = kubeProxyRules(1000, 5);
  const ruleSet = parseRuleSet(text, { file: 'rules', family: 'ipv4' });
  bench('read', () => {
    parseRuleSet(text, { file: 'rules', family: 'ipv4' });
  });
  bench('printed', () => {
    printRuleSet(ruleSet);
  });
});

describe('every order of moves', () => {
  const query = 'eth0: tcp 10.1.2.3:40000 > 10.96.0.1:80';
  const releases = ['4.6', '4.18', '4.19', '5.0', '5.6', '5.10', '6.18'].flatMap((name) => readKernelVersion(name) ?? []);
  const explore = (packets: number, kernels: typeof releases, reduced: boolean): void => {
    for (const kernelVersion of kernels) {
      const host = { ...nodeWith(kubeProxyRules(1, 2)), kernelVersion };
      const flights = Array.from({ length: packets }, () => flightFrom(host, query, { kind: 'unknown' }));
      exploreRace(host, newRaceWorld(newHostState(), flights), { reduced });
    }
  };
  const once = { iterations: 3, warmupIterations: 0, time: 0 };
  bench('of two packets, seven kernels', () => explore(2, releases, true), once);
  bench('of two packets, seven kernels, without reduction', () => explore(2, releases, false), once);
  bench('of three packets, one kernel', () => explore(3, releases.slice(-1), true), once);
});
