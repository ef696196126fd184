import { answersOf, isMessage } from './compare.ts';
import type { AskedQuery, Script, ScriptedReply, SeenStep, ShownMessage, Step } from './conversation.ts';
import { NOTHING } from './scripted.ts';

/* What could be told about a question, whoever keeps what and for how long. */

/** Case is no matter to a cache, nor to the upstream's script. */
export const keyOf = ({ name = '', type = 'A' }: AskedQuery): string => `${name.toLowerCase()} ${type}`;

export const askedIn = ({ query, burst }: Step): readonly AskedQuery[] => (query === undefined ? (burst ?? []) : [query]);

/** The question in a line of what an upstream was asked. */
export const keyAsked = (line: string): string => `${line.split(' ')[1]?.toLowerCase() ?? ''} ${line.split(' ')[3] ?? ''}`;

export const asksOf = ({ upstream = {} }: SeenStep): readonly string[] => Object.values(upstream).flat();

export const isProbe = (line: string): boolean => line.includes(' . IN NS [rd]');

/** Of a record what is the same for whoever tells it: type and data. */
const dataOf = (record: string): string => record.toLowerCase().split(' ').slice(3).join(' ');
const ttlOf = (record: string): number => Number(record.split(' ')[1]);
const isOfSigner = (record: string): boolean => / (?:RRSIG|NSEC) /.test(record);

/** An answer as far as it can come again, from a cache or from the same upstream. */
interface Candidate {
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

const ofMessage = ({ rcode, flags, answer, authority, additional }: ShownMessage): Candidate => ({ rcode, flags: flags.split(' '), answer, authority, additional });

const ofScript = ({ rcode = 'NOERROR', aa, ad, ra = true, answer = [], authority = [], additional = [] }: ScriptedReply): Candidate => ({
  rcode,
  flags: [...(aa === true ? ['aa'] : []), ...(ad === true ? ['ad'] : []), ...(ra ? ['ra'] : [])],
  answer,
  authority,
  additional,
});

const isWithin = (records: readonly string[], all: readonly string[]): boolean => {
  const known = new Set(all.map(dataOf));
  return records.every((record) => isOfSigner(record) || known.has(dataOf(record)));
};

/** The same records, or where one was cut some of them; authority and additional may be left away by a directive, or a size. */
const says = (message: Candidate, candidate: Candidate): boolean =>
  message.rcode === candidate.rcode &&
  isWithin(message.answer, candidate.answer) &&
  (message.flags.includes('tc') || isWithin(candidate.answer, message.answer)) &&
  isWithin(message.authority, candidate.authority) &&
  isWithin(message.additional, candidate.additional);

/** Flags that come from the upstream are those of a reply that says the same. */
const flagsFit = (message: Candidate, candidates: readonly Candidate[]): boolean =>
  (['aa', 'ad'] as const).every((flag) => !message.flags.includes(flag) || candidates.some(({ flags }) => flags.includes(flag))) &&
  candidates.some(({ flags }) => flags.includes('ra') === message.flags.includes('ra'));

const isTrouble = ({ drop, close, close_after: closes, delay_ms: delayMs = 0, wrong_id: wrongId, raw }: ScriptedReply): boolean =>
  drop === true || close === true || closes === true || wrongId === true || raw !== undefined || delayMs >= 100;

/** Codes for which a server asks again or elsewhere, and may tell SERVFAIL in the end. */
const FAILURES = new Set(['SERVFAIL', 'FORMERR', 'NOTIMP', 'BADVERS', 'REFUSED']);

export interface Told {
  /** What upstreams are asked where clients ask this: questions, as keys. */
  leadsTo(key: string): ReadonlySet<string>;
  /** Whether an upstream may say nothing to it in time, or nothing of use. */
  isTroubled(key: string): boolean;
  /** Whether somebody has to be told this or could have it kept: code, records and flags are those of one reply. */
  couldBe(key: string, message: ShownMessage): boolean;
  /** Whether some denial of it is to be kept for less than its SOA's TTL (RFC 2308 §5). */
  deniesBriefly(key: string): boolean;
  /** Whether no record is told for longer than it came, or was told by CoreDNS. */
  livesNoLonger(key: string, records: readonly string[], floorSeconds: number): boolean;
}

export const toldIn = (steps: readonly Step[], theirs: readonly SeenStep[], scripts: readonly Script[]): Told => {
  const leads = new Map<string, Set<string>>();
  const told = new Map<string, Candidate[]>();
  for (const [index, step] of steps.entries()) {
    for (const [which, query] of askedIn(step).entries()) {
      const key = keyOf(query);
      const to = leads.get(key) ?? new Set([key]);
      for (const line of asksOf(theirs[index] ?? {})) if (!isProbe(line)) to.add(keyAsked(line));
      leads.set(key, to);
      const answer = answersOf(theirs[index] ?? {})[which];
      if (isMessage(answer)) told.set(key, [...(told.get(key) ?? []), ofMessage(answer)]);
    }
  }
  const leadsTo = (key: string): ReadonlySet<string> => leads.get(key) ?? new Set([key]);
  const repliesTo = (key: string): readonly ScriptedReply[] =>
    [...leadsTo(key)].flatMap((asked) => scripts.flatMap((script) => script[[asked, `${asked.split(' ')[0]} *`, '*'].find((one) => one in script) ?? ''] ?? [NOTHING]));
  const candidatesFor = (key: string): readonly Candidate[] => [...(told.get(key) ?? []), ...repliesTo(key).map(ofScript)];
  const isTroubled = (key: string): boolean => repliesTo(key).some(isTrouble);
  return {
    leadsTo,
    isTroubled,
    couldBe(key, message) {
      const all = candidatesFor(key);
      const one = ofMessage(message);
      const isFailure = one.rcode === 'SERVFAIL' && one.answer.length + one.authority.length + one.additional.length === 0;
      if (isFailure && (isTroubled(key) || all.some(({ rcode }) => FAILURES.has(rcode)))) return true;
      const alike = all.filter((candidate) => says(one, candidate));
      return alike.length > 0 && flagsFit(one, alike);
    },
    deniesBriefly: (key) => candidatesFor(key).some(({ authority }) => authority.some((record) => / IN SOA /.test(record) && Number(record.split(' ').at(-1)) < ttlOf(record))),
    livesNoLonger(key, records, floorSeconds) {
      const all = candidatesFor(key).flatMap(({ answer, authority, additional }) => [...answer, ...authority, ...additional]);
      return records.every((record) => ttlOf(record) <= 1 + Math.max(floorSeconds, ...all.filter((other) => dataOf(other) === dataOf(record)).map(ttlOf)));
    },
  };
};
