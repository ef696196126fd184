import { readFileSync } from 'node:fs';
import { hasShared, readShared, sharedPath } from './shared.ts';

/** A crafted packet: side `q` is sent to a server, side `r` is what an upstream answers. */
export interface CraftedPacket {
  readonly id: string;
  readonly side: 'q' | 'r';
  readonly expect: string;
  readonly note: string;
}

const FOLDER = 'dns/malformed/';
export const hasCrafted = hasShared(`${FOLDER}manifest.json`);
export const craftedNote = hasCrafted ? '' : ' (skipped: ../shared/dns/malformed is absent)';

export const crafted: readonly CraftedPacket[] = hasCrafted
  ? (JSON.parse(readFileSync(sharedPath(`${FOLDER}manifest.json`), 'utf8')) as readonly CraftedPacket[])
  : [];

export const octetsOf = ({ id }: CraftedPacket): Uint8Array => readShared(`${FOLDER}${id}.bin`);

const RCODES = ['FORMERR', 'NOTIMP', 'REFUSED', 'BADVERS', 'NOTAUTH'] as const;

/** The outcomes for a client's packet that the manifest's words allow: a response code, `drop`, `forwarded`. */
export const allowedOutcomes = (words: string): ReadonlySet<string> => {
  const outcomes = new Set<string>(RCODES.filter((rcode) => words.includes(rcode)));
  if (words.includes('drop')) outcomes.add('drop');
  if (/answer|forward|NOERROR|treat|ignore/.test(words)) outcomes.add('forwarded');
  return outcomes;
};

/** What the manifest's words about an upstream's packet leave no choice about. */
export const required = (words: string): { readonly taken?: boolean; readonly stored?: boolean } => ({
  ...(['reject', 'reject fast (<5 ms)', 'reject-if-0x20'].includes(words) ? { taken: false } : {}),
  ...(/^accept(?!-or)/.test(words) ? { taken: true } : {}),
  ...(/not cached|never cache/.test(words) ? { stored: false } : {}),
});

/** The type that an upstream's packet answers; all answer www.example.com. */
export const typeAnswered = (reply: Uint8Array): number =>
  reply.length > 31 ? ((reply[29] ?? 0) << 8) | (reply[30] ?? 0) : 1;

/** The packets answer 0x1234; the one with a bad ID stays bad. */
export const withIdOf = (reply: Uint8Array, asked: Uint8Array): Uint8Array => {
  const copy = reply.slice();
  if (copy[0] === 0x12 && copy[1] === 0x34) copy.set(asked.subarray(0, 2), 0);
  return copy;
};

/** What follows the header, without TTLs; our OPT, which comes last, is cut off at `end`. */
export const maskedRecords = (octets: Uint8Array, end: number): string =>
  String(octets.subarray(12, end)).replaceAll(/,0,1,0,(?:\d+,){4}/g, ',ttl,');
