import { address, port, printTable, readNode } from '@nodelocal/netfilter-sim';
import type { Chance, Node } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyWay } from '../support/chance.ts';
import { countedRules } from '../support/counted.ts';
import { addressesFromText, routesFromText } from '../support/iproute-text.ts';
import { sharedFolder } from '../support/shared.ts';
import { converse } from './conversation.ts';
import type { Ending } from './conversation.ts';

/** One query on a node with and without NodeLocal DNSCache, executed on Linux 6.18. */
interface Scenario {
  readonly name: string;
  readonly rules: string;
  readonly nodelocaldnsInterface: boolean;
  readonly client: 'pod' | 'host';
  readonly src: string;
  readonly dst: string;
  readonly dport: number;
  readonly proto: 'udp' | 'tcp';
  /** `WHO|ADDRESS:PORT`: who answered, and where the question came from; or `timeout`. */
  readonly answer: string;
  readonly conntrack: readonly string[];
  /** `2x -A …` */
  readonly countedRules: readonly string[];
}

interface Recording {
  readonly topology: { readonly addr: string; readonly main: string; readonly local_table: string };
  readonly scenarios: readonly Scenario[];
}

const folder = `${sharedFolder}corpora/nodelocaldns`;
const present = existsSync(folder);

const recorded = (backend: string): Recording => JSON.parse(readFileSync(`${folder}/kernel-scenarios.${backend}.json`, 'utf8')) as Recording;

const nodeOf = ({ topology }: Recording, { rules, nodelocaldnsInterface }: Scenario): Node => {
  const there = (one: object): boolean => nodelocaldnsInterface || !Object.values(one).includes('nodelocaldns');
  const routes = [...routesFromText(topology.main, 'main'), ...routesFromText(topology.local_table, 'local')];
  return readNode({
    folder: 'topology',
    contents: {
      'iptables-save.txt': readFileSync(`${folder}/${rules}`, 'utf8'),
      'ip-addr.json': JSON.stringify(addressesFromText(topology.addr).filter(there)),
      'ip-route.json': JSON.stringify(routes.filter(there)),
      'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n',
      'ss.txt': 'udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*\ntcp LISTEN 0 0 0.0.0.0:53 0.0.0.0:*\n',
    },
  });
};

interface Observation {
  readonly answer: string;
  readonly conntrack: readonly string[];
  readonly countedRules: readonly string[];
}

/** Ports that chance gave say nothing. */
const withoutDrawnPorts = (text: string): string => text.replaceAll(/(169\.254\.2\.1(?: sport=53 dport=|:))\d+/g, '$1*');

/** The port that the client had: where it was translated, only its connection tells. */
const clientPort = ({ conntrack, answer }: Scenario): number => {
  const translated = answer.includes('169.254.2.1');
  return Number((translated ? /sport=(\d+)/.exec(conntrack[0] ?? '') : /:(\d+)$/.exec(answer))?.[1] ?? 40_000);
};

const observe = (recording: Recording, scenario: Scenario, ending: Ending, chance: Chance): Observation => {
  const { host, state } = nodeOf(recording, scenario);
  const answer = converse(
    { host, state, chance },
    scenario.proto,
    {
      place: scenario.client === 'host' ? { kind: 'node' } : { kind: 'behind', device: 'cali0' },
      address: scenario.client === 'host' ? undefined : address(scenario.src),
      port: port(clientPort(scenario)),
    },
    { address: address(scenario.dst), port: port(scenario.dport) },
    ending,
  );
  const who = answer.kind === 'timeout' ? '' : ['10.96.0.10', '169.254.20.10'].includes(answer.by) ? 'nodelocal' : `coredns-${answer.by}`;
  return {
    answer: answer.kind === 'timeout' ? 'timeout' : withoutDrawnPorts(`${who}|${answer.client}`),
    conntrack: printTable(state.conntrack, state.now).map((line) =>
      withoutDrawnPorts(line.replace(/^(\S+) +(\d+) \d+/, '$1 $2').replace(' mark=0 use=1', '')),
    ),
    countedRules: countedRules(host, state).map((line) => line.replace(/^\S+ (\d+)/, '$1x')).sort(),
  };
};

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

describe.skipIf(!present).each(['legacy', 'nft'])('NodeLocal DNSCache, recorded with iptables-%s (skipped without ../shared)', (backend) => {
  const recording: Recording = present ? recorded(backend) : { topology: { addr: '', main: '', local_table: '' }, scenarios: [] };

  it.each(recording.scenarios)('$name', (scenario) => {
    // Who closed first was not recorded: the kernel must have done one of the two.
    const endings: readonly Ending[] = scenario.proto === 'udp' ? ['server-closes'] : ['server-closes', 'client-closes'];
    const outcomes = endings.flatMap((ending) => everyWay((chance) => observe(recording, scenario, ending, chance)));
    const either = /coredns-/.test(scenario.answer) ? ['coredns-192.168.195.193', 'coredns-192.168.82.2'] : [scenario.answer.split('|')[0] ?? ''];
    expect(sorted(outcomes.map(({ answer }) => answer.split('|')[0] ?? ''))).toEqual(either);
    expect(outcomes).toContainEqual({
      answer: withoutDrawnPorts(scenario.answer),
      conntrack: scenario.conntrack.map(withoutDrawnPorts),
      countedRules: [...scenario.countedRules].sort(),
    });
  });
});
