import { address, explore, familyOf, flightFrom, printRuleSet, readAddress, seededChance } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode } from '@nodelocal/netfilter-sim';
import { answerAsCoreDns } from '../cluster/coredns.ts';
import { LESSON } from '../cluster/lesson.ts';
import { answerAsResolver } from '../cluster/outside.ts';
import { findPod } from '../preflight/node/pod.ts';
import type { Pod } from '../preflight/node/plan.ts';

export interface AskedName {
  readonly name: string;
  readonly corefile: string | undefined;
  readonly resolvConf: string | undefined;
}

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

const DOMAIN = 'cluster.local.';
/** From the blocks kept for documentation (RFC 5737). */
const SERVICE = '10.96.0.1';
const OUTSIDE = '203.0.113.10';

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
    : `taken for granted: CoreDNS answers at ${servers.join(' and ')}; ${name} is ${serviceName(plain(name)) === undefined ? `a name of the world, at ${OUTSIDE}` : `a Service of the cluster, at ${SERVICE}`}, and there is no other name`,
  ...(corefile === undefined ? ['there is no corefile, so nothing on the node answers: a query that is delivered there is lost'] : []),
  ...(corefile !== undefined && resolvConf === undefined ? ['there is no resolv.conf of the node: a cache that forwards there gets no answer'] : []),
];

/** CoreDNS as it is taken to be: the name that is looked for is a Service of the cluster, or a name of the world. */
export const answering = (name: string): ((query: Uint8Array) => Uint8Array | undefined) => {
  const service = serviceName(plain(name));
  const services = service === undefined ? {} : { [service]: SERVICE };
  return (query) => {
    const inside = answerAsCoreDns({ domain: DOMAIN, services }, query);
    return inside !== undefined && (inside[3] ?? 0) % 16 === REFUSED ? answerOutside(name)(query) : inside;
  };
};

export const answerOutside =
  (name: string) =>
  (query: Uint8Array): Uint8Array | undefined =>
    answerAsResolver(serviceName(plain(name)) === undefined ? { [`${plain(name)}.`]: [OUTSIDE] } : {}, query);

const REFUSED = 5;

/** The Service that a name stands for: written out, without a dot, or with a namespace that every cluster has. Others are names of the world. */
const serviceName = (asked: string): string | undefined => {
  if (`${asked}.`.endsWith(`.${DOMAIN}`)) return `${asked}.`;
  if (!asked.includes('.')) return `${asked}.default.svc.${DOMAIN}`;
  return /^[^.]+\.(?:default|kube-[a-z-]+)$/.test(asked) ? `${asked}.svc.${DOMAIN}` : undefined;
};

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');
