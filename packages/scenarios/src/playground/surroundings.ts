import { address, explore, familyOf, flightFrom, printRuleSet, readAddress, seededChance } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { findPod } from '../preflight/node/pod.ts';
import type { Pod } from '../preflight/node/plan.ts';
import type { AskedName } from './asked-name.ts';
import { nameWords } from './servers.ts';

/** What a node folder does not tell, and a lookup needs. */
export interface Surroundings {
  readonly pod: Pod;
  readonly clusterDns: Address;
  /** Where packets to the cluster's DNS and to the cache's upstreams come out: whoever is there answers. */
  readonly coredns: readonly Address[];
  readonly resolvers: readonly Address[];
  readonly uplink: string;
  /** What was taken for granted, in words. */
  readonly notes: readonly string[];
}

/** `undefined` where no pod is found that could ask. */
export const surroundingsOf = ({ host, state }: CapturedNode, { name, corefile, resolvConf }: AskedName): Surroundings | undefined => {
  const pod = findPod(host, 'ipv4');
  if (pod === undefined) return undefined;
  const written = /^-A KUBE-SERVICES -d ([\d.]+)\/32 .*kube-dns:dns cluster IP/m.exec(printRuleSet(host.ruleSets.ipv4))?.[1];
  const clusterDns = written === undefined ? LESSON.clusterDns : address(written);
  const comesOut = (packet: string): readonly Address[] =>
    explore(host, state, flightFrom(host, packet, { kind: 'unknown' }), { ports: seededChance(1) }).possibilities.flatMap(({ journey }) =>
      journey.outcome.kind === 'forwarded' || journey.outcome.kind === 'sent' ? [journey.packet.dst] : [],
    );
  const resolvers = addressesIn(/^nameserver\s+(\S+)/gm, resolvConf ?? '');
  const upstreams = addressesIn(/^\s*forward\s+\S+\s+([^{\n]+)/gm, corefile ?? '');
  const source = host.interfaces.flatMap(({ addresses }) => addresses.map((own) => own.address)).find((own) => familyOf(own) === 'ipv4' && !own.startsWith('127.')) ?? clusterDns;
  const coredns = [
    ...comesOut(`${pod.device}: udp ${pod.address}:40000 > ${clusterDns}:53`),
    ...upstreams.flatMap((upstream) => comesOut(`local: tcp ${source}:40000 > ${upstream}:53`)),
  ];
  const uplink = host.routing.ipv4.routes.find(({ destination }) => destination.length === 0)?.nextHops[0]?.device ?? 'eth0';
  const servers = [...new Set(coredns)].filter((one) => !resolvers.includes(one));
  return { pod, clusterDns, coredns: servers, resolvers, uplink, notes: notesOf({ name, pod, clusterDns, servers, told: written !== undefined, corefile, resolvConf }) };
};

const addressesIn = (lines: RegExp, text: string): readonly Address[] =>
  [...text.matchAll(lines)].flatMap(([, words = '']) => words.trim().split(/\s+/)).flatMap((word) => {
    const found = readAddress(word.replace(/:\d+$/, ''));
    return found === undefined || familyOf(found) !== 'ipv4' ? [] : [found];
  });

interface Known extends AskedName {
  readonly pod: Pod;
  readonly clusterDns: Address;
  readonly servers: readonly Address[];
  readonly told: boolean;
}

const notesOf = ({ name, pod, clusterDns, servers, told, corefile, resolvConf }: Known): readonly string[] => [
  `taken for granted: the pod is ${pod.address} behind ${pod.device}, with glibc's resolver and the kubelet's resolv.conf, which names ${clusterDns}${told ? '' : ' (no rule of kube-proxy tells of another)'}`,
  servers.length === 0
    ? `nobody answers outside the node: no packet to ${clusterDns} comes out anywhere`
    : `taken for granted: CoreDNS answers at ${servers.join(' and ')}; ${nameWords(name)}, and there is no other name`,
  ...(corefile !== undefined && resolvConf === undefined ? ['there is no resolv.conf of the node: a cache that forwards there gets no answer'] : []),
];
