import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import type { RecordData, RecordOptions } from '@nodelocal/dns-cache';

/** What CoreDNS's kubernetes plugin knows of the cluster: addresses by fully qualified name. */
export interface ClusterNames {
  /** With its final dot: `cluster.local.`. */
  readonly domain: string;
  readonly services: Readonly<Record<string, string>>;
  /** Of all answers, and the SOA's minimum; else what the Corefile that kubeadm installs has. */
  readonly ttlSeconds?: number;
}

/** `ttl 30` of the Corefile that kubeadm installs. */
export const COREDNS_TTL_SECONDS = 30;

const soa = (domain: string, ttlSeconds: number): RecordOptions => {
  const data: RecordData = {
    kind: 'start-of-authority',
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttlSeconds,
  };
  return { name: domain, type: 'SOA', ttlSeconds, data };
};

/** CoreDNS as an authoritative server of the cluster's zone; it refuses what lies outside. */
export const answerAsCoreDns = ({ domain, services, ttlSeconds = COREDNS_TTL_SECONDS }: ClusterNames, query: Uint8Array): Uint8Array | undefined => {
  const message = readMessage(query);
  if (message.kind !== 'message' || message.response || message.question === undefined) return undefined;
  const { id, question, recursionDesired } = message;
  const reply = { id, question, recursionDesired };
  const name = question.name.toLowerCase();
  if (name !== domain && !name.endsWith(`.${domain}`)) return encodeResponse({ ...reply, rcode: 'REFUSED' });
  const authoritative = { ...reply, authoritative: true };
  const address = services[name];
  const exists = address !== undefined || Object.keys(services).some((known) => known === name || known.endsWith(`.${name}`));
  if (address !== undefined && question.type === 'A') {
    return encodeResponse({
      ...authoritative,
      answers: [{ name: question.name, type: 'A', ttlSeconds, data: { kind: 'address', address } }],
    });
  }
  return encodeResponse({ ...authoritative, rcode: exists ? 'NOERROR' : 'NXDOMAIN', authorities: [soa(domain, ttlSeconds)] });
};
