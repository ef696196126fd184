import { BIT, HEADER_OCTETS } from './header.ts';
import type { KeptMessage } from './kept.ts';
import { UDP_PAYLOAD_OURS } from './limits.ts';
import { putOctets, setU16, setU32, u16, u32 } from './octets.ts';
import { OPT_OCTETS, UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS, writeOpt } from './opt.ts';
import type { Scan } from './scan.ts';

/*
 * `writeReply` of `answer.ts` for the one case that matters for speed: a kept message, whole, to a client over UDP.
 * A property test holds the two against each other, octet by octet.
 */

const roomFor = ({ edns }: Scan): number =>
  edns === undefined
    ? UDP_PAYLOAD_WITHOUT_EDNS
    : Math.min(Math.max(edns.udpPayloadSize, UDP_PAYLOAD_MIN), UDP_PAYLOAD_OURS) - OPT_OCTETS;

/** Where an answer is to be written: at `start`, behind which there is room for any over UDP. */
export interface AnswerMemory {
  readonly octets: Uint8Array;
  readonly start: number;
}

/**
 * Writes the answer and gives its length; 0 where the message does not fit as it is, or its response code needs more than
 * the header.
 */
export const writeHit = (kept: KeptMessage, scan: Scan, query: Uint8Array, ageSeconds: number, { octets: answer, start }: AnswerMemory): number => {
  const { bytes, ttlOffsets } = kept;
  const { edns, flags } = scan;
  if (bytes.length > roomFor(scan) || kept.rcode > BIT.RCODE) return 0;
  putOctets(answer, start, bytes);
  answer[start] = query[0] ?? 0;
  answer[start + 1] = query[1] ?? 0;
  const stored = u16(bytes, 2);
  // RFC 6840 §5.7: AD is for those who set AD or DO. AA is always set on a hit (CoreDNS plugin/cache/item.go).
  const authenticated = (flags & BIT.AD) !== 0 || edns?.dnssecOk === true ? BIT.AD : 0;
  const asked = flags & (BIT.RD | BIT.CD);
  setU16(answer, start + 2, BIT.QR | BIT.AA | asked | (stored & (BIT.RA | authenticated | BIT.RCODE)));
  putOctets(answer, start + HEADER_OCTETS, query, HEADER_OCTETS, HEADER_OCTETS + scan.nameOctets);
  if (ageSeconds > 0) for (const at of ttlOffsets) setU32(answer, start + at, Math.max(0, u32(bytes, at) - ageSeconds));
  if (edns === undefined) return bytes.length;
  setU16(answer, start + 10, u16(bytes, 10) + 1);
  const opt = start + bytes.length;
  answer.fill(0, opt, opt + OPT_OCTETS);
  writeOpt(answer, opt, { udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: edns.dnssecOk });
  return bytes.length + OPT_OCTETS;
};
