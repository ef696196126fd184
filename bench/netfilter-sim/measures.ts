import type * as Library from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { kubeProxyRules } from './kube-proxy-rules.ts';

/** What is measured of the library: once, or in pairs with another checkout's. */
export interface MeasureGroup {
  readonly name: string;
  readonly measures: readonly Measure[];
}

interface Measure {
  readonly name: string;
  readonly run: () => void;
  /** So long that a few runs say enough. */
  readonly long?: true;
}

const ROUTES = JSON.stringify([{ dst: 'default', gateway: '172.18.0.1', dev: 'eth0' }]);
const RELEASES = ['4.6', '4.18', '4.19', '5.0', '5.6', '5.10', '6.18'];
const HIT = 'eth0: tcp 10.1.2.3:40000 > 10.96.0.1:80';
const MISS = 'eth0: tcp 10.1.2.3:40000 > 192.0.2.1:80';

type Sim = typeof Library;

const nodeWith = ({ readNode }: Sim, rules: string): Host =>
  readNode({
    folder: 'bench',
    contents: {
      'iptables-save.txt': rules,
      'ip-addr.json': JSON.stringify([{ ifindex: 2, ifname: 'eth0', flags: ['UP'], addr_info: [] }]),
      'ip-route.json': ROUTES,
      'sysctl.txt': 'net.ipv4.ip_forward = 1\n',
    },
  }).host;

const toOneService = (sim: Sim): MeasureGroup => {
  const { arriving, newHostState, parsePacket, run, seededChance } = sim;
  const chance = seededChance(1);
  const measureOf = (host: Host, name: string, text: string): Measure => {
    const { packet } = parsePacket(text);
    return { name, run: () => void run(host, newHostState(), arriving(packet, 'eth0'), chance) };
  };
  const measures = [10, 1000, 5000].flatMap((services) => {
    const host = nodeWith(sim, kubeProxyRules(services, 2));
    return [measureOf(host, `${services}, a hit`, HIT), measureOf(host, `${services}, a miss`, MISS)];
  });
  return { name: 'a packet to one service of', measures };
};

const onFullState = (sim: Sim): MeasureGroup => {
  const { arriving, newHostState, parsePacket, run, seededChance, send } = sim;
  const chance = seededChance(1);
  const host = nodeWith(sim, kubeProxyRules(10, 2));
  const state = newHostState();
  for (let port = 1000; port < 2000; port += 1) {
    run(host, state, arriving(parsePacket(`eth0: tcp 10.1.2.3:${port} > 10.96.0.1:80`).packet, 'eth0'), chance);
  }
  const { packet } = parsePacket(HIT);
  return {
    name: 'a packet, on a state with 1000 connections,',
    measures: [
      { name: 'that the caller owns (run)', run: () => void run(host, state, arriving(packet, 'eth0'), chance) },
      { name: 'that stays as it was (send)', run: () => void send(host, state, arriving(packet, 'eth0'), chance) },
    ],
  };
};

const manyRules = ({ parseRuleSet, printRuleSet }: Sim): MeasureGroup => {
  const text = kubeProxyRules(1000, 5);
  const ruleSet = parseRuleSet(text, { file: 'rules', family: 'ipv4' });
  return {
    name: '23,000 lines of rules are',
    measures: [
      { name: 'read', run: () => void parseRuleSet(text, { file: 'rules', family: 'ipv4' }) },
      { name: 'printed', run: () => void printRuleSet(ruleSet) },
    ],
  };
};

const everyOrder = (sim: Sim): MeasureGroup => {
  const { exploreRace, flightFrom, newHostState, newRaceWorld, readKernelVersion } = sim;
  const releases = RELEASES.flatMap((name) => readKernelVersion(name) ?? []);
  const explore = (packets: number, kernels: typeof releases, reduced: boolean): void => {
    for (const kernelVersion of kernels) {
      const host = { ...nodeWith(sim, kubeProxyRules(1, 2)), kernelVersion };
      const flights = Array.from({ length: packets }, () => flightFrom(host, HIT, { kind: 'unknown' }));
      exploreRace(host, newRaceWorld(newHostState(), flights), { reduced });
    }
  };
  return {
    name: 'every order of moves',
    measures: [
      { name: 'of two packets, seven kernels', run: () => explore(2, releases, true), long: true },
      { name: 'of two packets, seven kernels, without reduction', run: () => explore(2, releases, false), long: true },
      { name: 'of three packets, one kernel', run: () => explore(3, releases.slice(-1), true), long: true },
    ],
  };
};

export const measuresOf = (sim: Sim): readonly MeasureGroup[] => [toOneService(sim), onFullState(sim), manyRules(sim), everyOrder(sim)];
