import { BIT, HEADER_OCTETS } from './header.ts';
import type { StoredMessage } from './kept.ts';
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
export const writeHit = (stored: StoredMessage, scan: Scan, query: Uint8Array, ageSeconds: number, { octets: answer, start }: AnswerMemory): number => {
  const { octets, length, ttlCount } = stored;
  const { edns, flags } = scan;
  if (length > roomFor(scan) || stored.rcode > BIT.RCODE) return 0;
  const end = stored.start + length;
  putOctets(answer, start, octets, stored.start, end);
  answer[start] = query[0] ?? 0;
  answer[start + 1] = query[1] ?? 0;
  const told = u16(octets, stored.start + 2);
  // RFC 6840 §5.7: AD is for those who set AD or DO. AA is as it was told first (CoreDNS plugin/cache/item.go since 1.15).
  const authenticated = (flags & BIT.AD) !== 0 || edns?.dnssecOk === true ? BIT.AD : 0;
  const asked = flags & (BIT.RD | BIT.CD);
  setU16(answer, start + 2, BIT.QR | asked | (told & (BIT.AA | BIT.RA | authenticated | BIT.RCODE)));
  putOctets(answer, start + HEADER_OCTETS, query, HEADER_OCTETS, HEADER_OCTETS + scan.nameOctets);
  if (ageSeconds > 0) {
    for (let index = 0; index < ttlCount; index += 1) {
      const at = start + u16(octets, end + 2 * index);
      setU32(answer, at, Math.max(0, u32(answer, at) - ageSeconds));
    }
  }
  if (edns === undefined) return length;
  setU16(answer, start + 10, u16(answer, start + 10) + 1);
  const opt = start + length;
  answer.fill(0, opt, opt + OPT_OCTETS);
  writeOpt(answer, opt, { udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: edns.dnssecOk });
  return length + OPT_OCTETS;
};
