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

/** Of a record what is the same for whoever tells it: type and data, names that `rewrite` may have changed aside. */
const dataOf = (record: string, names: ReadonlySet<string> = new Set()): string => record.toLowerCase().split(' ').slice(3).map((word) => (names.has(word) ? '@' : word)).join(' ');
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

const isWithin = (records: readonly string[], all: readonly string[], names: ReadonlySet<string>): boolean => {
  const known = new Set(all.map((record) => dataOf(record, names)));
  return records.every((record) => isOfSigner(record) || known.has(dataOf(record, names)));
};

/** The same records, or where one was cut some of them; authority and additional may be left away by a directive, or a size. */
const says = (message: Candidate, candidate: Candidate, names: ReadonlySet<string>): boolean =>
  message.rcode === candidate.rcode &&
  isWithin(message.answer, candidate.answer, names) &&
  (message.flags.includes('tc') || isWithin(candidate.answer, message.answer, names)) &&
  isWithin(message.authority, candidate.authority, names) &&
  isWithin(message.additional, candidate.additional, names);

/** What `dns64` makes of addresses (RFC 6052 §2.2). */
const synthesised = (candidate: Candidate, prefix: string): Candidate => ({
  ...candidate,
  answer: candidate.answer.map((record) =>
    record.replace(/ IN A (\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) => ` IN AAAA ${prefix}${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`),
  ),
});

const isTrouble = ({ drop, close, close_after: closes, delay_ms: delayMs = 0, wrong_id: wrongId, raw }: ScriptedReply): boolean =>
  drop === true || close === true || closes === true || wrongId === true || raw !== undefined || delayMs >= 100;

/** Codes for which a server asks again or elsewhere, and may tell SERVFAIL in the end. */
const FAILURES = new Set(['SERVFAIL', 'FORMERR', 'NOTIMP', 'BADVERS', 'REFUSED']);

export interface Told {
  /** What upstreams are asked where clients ask this: questions, as keys. */
  leadsTo(key: string): ReadonlySet<string>;
  /** Whether an upstream may say nothing to it in time, or nothing of use. */
  isTroubled(key: string): boolean;
  /** Whether code and records are those of one reply, or of one that CoreDNS has told. */
  couldBe(key: string, message: ShownMessage): boolean;
  /** Whether one that says the same has the flag, or has it not, as this. */
  couldHave(key: string, message: ShownMessage, flag: string): boolean;
  /** For how long a denial with this SOA has been kept, as far as CoreDNS has told. */
  ageOf(key: string, soa: string): number;
  /** Whether no record is told for longer than it came, or was told by CoreDNS. */
  livesNoLonger(key: string, records: readonly string[], floorSeconds: number): boolean;
}

export const toldIn = (steps: readonly Step[], theirs: readonly SeenStep[], { scripts, corefile }: { readonly scripts: readonly Script[]; readonly corefile: string }): Told => {
  const [, prefix] = /^\s*dns64(?: (\S+::)\/96)?/m.exec(corefile) ?? [];
  const asksForAddress = /^\s*dns64\b/m.test(corefile);
  const types = [...corefile.matchAll(/^\s*rewrite (?:continue |stop )?type (\w+) (\w+)/gm)].map(([, from = '', to = '']) => [` ${from}`, ` ${to}`] as const);
  const leads = new Map<string, Set<string>>();
  const told = new Map<string, Candidate[]>();
  for (const [index, step] of steps.entries()) {
    for (const [which, query] of askedIn(step).entries()) {
      const key = keyOf(query);
      const to = leads.get(key) ?? new Set([key, ...(asksForAddress ? [key.replace(/ AAAA$/, ' A')] : []), ...types.flatMap(([from, to]) => (key.endsWith(from) ? [`${key.slice(0, -from.length)}${to}`] : []))]);
      for (const line of asksOf(theirs[index] ?? {})) if (!isProbe(line)) to.add(keyAsked(line));
      leads.set(key, to);
      const answer = answersOf(theirs[index] ?? {})[which];
      if (isMessage(answer)) told.set(key, [...(told.get(key) ?? []), ofMessage(answer)]);
    }
  }
  const leadsTo = (key: string): ReadonlySet<string> => leads.get(key) ?? new Set([key]);
  const repliesTo = (key: string): readonly ScriptedReply[] =>
    [...leadsTo(key)].flatMap((asked) => scripts.flatMap((script) => script[[asked, `${asked.split(' ')[0]} *`, '*'].find((one) => one in script) ?? ''] ?? [NOTHING]));
  const candidatesFor = (key: string): readonly Candidate[] => {
    const scripted = repliesTo(key).map(ofScript);
    return [...(told.get(key) ?? []), ...scripted, ...(asksForAddress ? scripted.map((one) => synthesised(one, prefix ?? '64:ff9b::')) : [])];
  };
  const asksUpstreams = /^\s*forward\b/m.test(corefile);
  const isTroubled = (key: string): boolean => asksUpstreams && repliesTo(key).some(isTrouble);
  const isBareFailure = ({ rcode, answer, authority, additional }: ShownMessage): boolean => rcode === 'SERVFAIL' && answer.length + authority.length + additional.length === 0;
  const failsAt = (key: string): boolean => isTroubled(key) || candidatesFor(key).some(({ rcode }) => FAILURES.has(rcode));
  const alikeTo = (key: string, message: ShownMessage): readonly Candidate[] => {
    const names = new Set([...leadsTo(key)].map((asked) => asked.split(' ')[0] ?? ''));
    return candidatesFor(key).filter((candidate) => says(ofMessage(message), candidate, names));
  };
  return {
    leadsTo,
    isTroubled,
    couldBe: (key, message) => (isBareFailure(message) && failsAt(key)) || alikeTo(key, message).length > 0,
    couldHave: (key, message, flag) => (isBareFailure(message) && failsAt(key)) || alikeTo(key, message).some(({ flags }) => flags.includes(flag) === message.flags.split(' ').includes(flag)),
    ageOf: (key, soa) => Math.max(0, ...(told.get(key) ?? []).flatMap(({ authority }) => authority.filter((other) => dataOf(other) === dataOf(soa)).map((other) => ttlOf(other) - ttlOf(soa)))),
    livesNoLonger(key, records, floorSeconds) {
      const all = candidatesFor(key).flatMap(({ answer, authority, additional }) => [...answer, ...authority, ...additional]);
      return records.every((record) => ttlOf(record) <= 1 + Math.max(floorSeconds, ...all.filter((other) => dataOf(other) === dataOf(record)).map(ttlOf)));
    },
  };
};
