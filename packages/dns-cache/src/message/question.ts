import type { Question } from './check.ts';
import { HEADER_OCTETS } from './header.ts';
import { putOctets, setU16 } from './octets.ts';
import type { Edns } from './opt.ts';
import { optOctets } from './opt.ts';

/** Type and class (RFC 1035 §4.1.2). */
const FIXED_OCTETS = 4;

export const questionOctets = ({ name }: Question): number => name.length + FIXED_OCTETS;

/** How long a query is that has this question and this OPT, and nothing else. */
export const plainQueryOctets = ({ question, edns }: { readonly question: Question; readonly edns: Edns | undefined }): number =>
  HEADER_OCTETS + questionOctets(question) + optOctets(edns);

/** Writes it where a message has it, behind the header. */
export const writeQuestion = (into: Uint8Array, { name, type, class: klass }: Question): void => {
  const end = HEADER_OCTETS + name.length;
  putOctets(into, HEADER_OCTETS, name);
  setU16(into, end, type);
  setU16(into, end + 2, klass);
};
