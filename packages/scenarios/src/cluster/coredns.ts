import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import type { RecordData, RecordOptions } from '@nodelocal/dns-cache';
import { addressRecords, UDP_BYTES, whatFits } from './answer.ts';

/** What CoreDNS's kubernetes plugin knows of the cluster: addresses by fully qualified name. */
export interface ClusterNames {
  /** With its final dot: `cluster.local.`. */
  readonly domain: string;
  /** The names have their final dots. */
  readonly services: Readonly<Record<string, readonly string[]>>;
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
export const answerAsCoreDns = (names: ClusterNames, query: Uint8Array, transport: 'udp' | 'tcp' = 'udp'): Uint8Array | undefined => {
  const { domain, services, ttlSeconds = COREDNS_TTL_SECONDS } = names;
  const message = readMessage(query);
  if (message.kind !== 'message' || message.response || message.question === undefined) return undefined;
  const { id, question, recursionDesired, edns } = message;
  const { type } = question;
  const reply = { id, question, recursionDesired };
  const name = question.name.toLowerCase();
  if (name !== domain && !name.endsWith(`.${domain}`)) return encodeResponse({ ...reply, rcode: 'REFUSED' });
  const authoritative = { ...reply, authoritative: true };
  const known = services[name] ?? [];
  const exists = known.length > 0 || Object.keys(services).some((other) => other === name || other.endsWith(`.${name}`));
  const answers = type === 'A' || type === 'AAAA' ? addressRecords(question.name, type, ttlSeconds, known) : [];
  if (answers.length > 0) return whatFits({ ...authoritative, answers }, transport === 'tcp' ? Infinity : (edns?.udpPayloadSize ?? UDP_BYTES));
  return encodeResponse({ ...authoritative, rcode: exists ? 'NOERROR' : 'NXDOMAIN', authorities: [soa(domain, ttlSeconds)] });
};
