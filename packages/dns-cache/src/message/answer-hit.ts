import { BIT, HEADER_OCTETS } from './header.ts';
import type { KeptMessage } from './kept.ts';
import { UDP_PAYLOAD_OURS } from './limits.ts';
import { setU16, setU32, u16, u32 } from './octets.ts';
import { DO, OPT_OCTETS, UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS } from './opt.ts';
import type { Scan } from './scan.ts';

/*
 * `writeReply` of `answer.ts` for the one case that matters for speed: a kept message, whole, to a client over UDP.
 * A property test holds the two against each other, octet by octet.
 */

const roomFor = ({ edns }: Scan): number =>
  edns === undefined
    ? UDP_PAYLOAD_WITHOUT_EDNS
    : Math.min(Math.max(edns.udpPayloadSize, UDP_PAYLOAD_MIN), UDP_PAYLOAD_OURS) - OPT_OCTETS;

/** `undefined` where the message does not fit as it is, or its response code needs more than the header. */
export const writeHit = (kept: KeptMessage, scan: Scan, query: Uint8Array, ageSeconds: number): Uint8Array | undefined => {
  const { bytes, ttlOffsets } = kept;
  const { edns, flags } = scan;
  if (bytes.length > roomFor(scan) || kept.rcode > BIT.RCODE) return undefined;
  const answer = new Uint8Array(edns === undefined ? bytes.length : bytes.length + OPT_OCTETS);
  answer.set(bytes);
  answer[0] = query[0] ?? 0;
  answer[1] = query[1] ?? 0;
  const stored = u16(bytes, 2);
  // RFC 6840 §5.7: AD is for those who set AD or DO. AA is always set on a hit (CoreDNS plugin/cache/item.go).
  const authenticated = (flags & BIT.AD) !== 0 || edns?.dnssecOk === true ? BIT.AD : 0;
  const asked = flags & (BIT.RD | BIT.CD);
  setU16(answer, 2, BIT.QR | BIT.AA | asked | (stored & (BIT.RA | authenticated | BIT.RCODE)));
  const nameEnd = HEADER_OCTETS + scan.nameOctets;
  for (let at = HEADER_OCTETS; at < nameEnd; at += 1) answer[at] = query[at] ?? 0;
  if (ageSeconds > 0) for (const at of ttlOffsets) setU32(answer, at, Math.max(0, u32(bytes, at) - ageSeconds));
  if (edns === undefined) return answer;
  setU16(answer, 10, u16(bytes, 10) + 1);
  const opt = bytes.length;
  answer[opt + 2] = 41;
  setU16(answer, opt + 3, UDP_PAYLOAD_OURS);
  if (edns.dnssecOk) setU16(answer, opt + 7, DO);
  return answer;
};
