import type { Network } from '../../address.ts';
import type { Reply } from '../../message/answer.ts';
import type { WireRecord } from '../../message/build.ts';
import type { Question } from '../../message/check.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';

/** RFC 6147 §5.1.7: what the TTL is at most where no SOA says how long there is no AAAA record. */
const TTL_SECONDS_WITHOUT_SOA = 600;

/** Bits 64 to 71 are zero (RFC 6052 §2.2). */
const RESERVED_OCTET = 8;

/** The IPv6 address that stands for an IPv4 one: its octets follow the prefix, around the reserved one (RFC 6052 §2.2). */
export const embedIpv4 = ({ octets, bits }: Network, ipv4: readonly number[]): readonly number[] => {
  const embedded = octets.slice(0, bits / 8);
  for (const octet of ipv4) {
    if (embedded.length === RESERVED_OCTET) embedded.push(0);
    embedded.push(octet);
  }
  return [...embedded, ...Array.from({ length: octets.length - embedded.length }, () => 0)];
};

/** How long it is known that there is no AAAA record. */
const denialSeconds = (noAaaa: Reply): number =>
  replyRecords(noAaaa).findLast(({ section, type }) => section === 'authority' && type === TYPE.SOA)?.ttl ??
  TTL_SECONDS_WITHOUT_SOA;

/** The answer to `question` for AAAA records, made of the answer for A records (RFC 6147 §5.1.7, §5.3, §5.5). */
export const synthesise = (prefix: Network, question: Question, noAaaa: Reply, answer: Reply): Reply => {
  const ttlMax = denialSeconds(noAaaa);
  const translate = (record: WireRecord): WireRecord => {
    if (record.section !== 'answer' || record.type !== TYPE.A) return record;
    const rdata = Uint8Array.from(embedIpv4(prefix, [...record.rdata]));
    return { ...record, type: TYPE.AAAA, ttl: Math.min(ttlMax, record.ttl), rdata };
  };
  // The name exists, as the answer without AAAA records has said; another failure stays one.
  const { rcode } = answer.message;
  const reply = editReply(answer, {
    question,
    rcode: rcode === RCODE.NXDOMAIN ? RCODE.NOERROR : rcode,
    records: replyRecords(answer).map(translate),
  });
  return { ...reply, flags: { ...reply.flags, authoritative: false, authenticated: false } };
};
