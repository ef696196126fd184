import type { Address } from '@nodelocal/netfilter-sim';
import type { DnsServer, Knowledge } from '../scenario/server.ts';

const DOMAIN = 'cluster.local.';
/** The first is kube-apiserver's in most clusters, the other from a block kept for documentation (RFC 5737). */
const SERVICE = '10.96.0.1';
const OUTSIDE = '203.0.113.10';

/** Who is there to answer, and by which device. */
interface Beyond {
  readonly coredns: readonly Address[];
  readonly resolvers: readonly Address[];
  readonly uplink: string;
}

/** Who answers beyond the node. The name that is looked for is there; there is no other. */
export const serversFor = (name: string, { coredns, resolvers, uplink }: Beyond): readonly DnsServer[] => {
  const service = serviceName(name);
  const outside: Knowledge = { kind: 'outside', names: service === undefined ? { [`${plain(name)}.`]: [OUTSIDE] } : {} };
  const inside: Knowledge = service === undefined ? outside : { kind: 'cluster', domain: DOMAIN, services: { [service]: [SERVICE] } };
  const elsewhere = { at: { kind: 'elsewhere', device: uplink }, habits: [] } as const;
  const all: readonly DnsServer[] = [
    { ...elsewhere, name: 'CoreDNS', addresses: coredns, knows: inside, delayMs: 0.1 },
    { ...elsewhere, name: 'gateway', addresses: resolvers, knows: outside, delayMs: 20 },
  ];
  return all.filter(({ addresses }) => addresses.length > 0);
};

/** What is said of the name. */
export const nameWords = (name: string): string => (serviceName(name) === undefined ? `${name} is a name of the world, at ${OUTSIDE}` : `${name} is a Service of the cluster, at ${SERVICE}`);

/** The Service that a name stands for: written out, without a dot, or with a namespace that every cluster has. Others are names of the world. */
const serviceName = (name: string): string | undefined => {
  const asked = plain(name);
  if (`${asked}.`.endsWith(`.${DOMAIN}`)) return `${asked}.`;
  if (!asked.includes('.')) return `${asked}.default.svc.${DOMAIN}`;
  return /^[^.]+\.(?:default|kube-[a-z-]+)$/.test(asked) ? `${asked}.svc.${DOMAIN}` : undefined;
};

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');
