import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import type { RecordData, RecordOptions } from '@nodelocal/dns-cache';
import { addressRecords, UDP_BYTES, whatFits } from './answer.ts';

/** What CoreDNS's kubernetes plugin knows of the cluster: addresses by fully qualified name. */
export interface ClusterNames {
  /** With its final dot: `cluster.local.`. */
  readonly domain: string;
  readonly services: Readonly<Record<string, readonly string[]>>;
}

/** `ttl 30` of the Corefile that kubeadm installs; also the SOA's minimum. */
const TTL_SECONDS = 30;

const soa = (domain: string): RecordOptions => {
  const data: RecordData = {
    kind: 'start-of-authority',
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: TTL_SECONDS,
  };
  return { name: domain, type: 'SOA', ttlSeconds: TTL_SECONDS, data };
};

/** CoreDNS as an authoritative server of the cluster's zone; it refuses what lies outside. */
export const answerAsCoreDns = ({ domain, services }: ClusterNames, query: Uint8Array, transport: 'udp' | 'tcp' = 'udp'): Uint8Array | undefined => {
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
  const answers = type === 'A' || type === 'AAAA' ? addressRecords(question.name, type, TTL_SECONDS, known) : [];
  if (answers.length > 0) return whatFits({ ...authoritative, answers }, transport === 'tcp' ? Infinity : (edns?.udpPayloadSize ?? UDP_BYTES));
  return encodeResponse({ ...authoritative, rcode: exists ? 'NOERROR' : 'NXDOMAIN', authorities: [soa(domain)] });
};
