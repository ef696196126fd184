import type { Script, ScriptedReply } from '../../conversation.ts';
import type { Chance } from './chance.ts';
import type { AskedType } from './names.ts';
import { recordsBy, soaOf, TARGETS } from './names.ts';

const TTLS = [0, 1, 2, 3, 5, 6, 30, 60, 300, 3600, 7200, 86_400, 604_800] as const;
const MINIMA = [0, 1, 3, 5, 30, 300, 3600] as const;
const ANSWERED: readonly AskedType[] = ['A', 'AAAA', 'TXT', 'PTR', 'SRV', 'MX', 'HTTPS', 'NS', 'CNAME', 'SOA', 'DS'];
const FAILURES = ['SERVFAIL', 'SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP', 'NOTAUTH', 'YXDOMAIN', 'BADVERS'] as const;
const OPTIONS = ['15:0012', '15:0009626164', '8:00012000c0a80100', '10:0011223344556677', '65001:beef'] as const;

const DELEGATION: ScriptedReply = { authority: ['test. 300 IN NS ns1.test.', 'test. 300 IN NS ns2.test.'], additional: ['ns1.test. 300 IN A 10.1.1.1'] };

type Kind = (chance: Chance, type: AskedType, ttl: number) => ScriptedReply;

const data: Kind = (chance, type, ttl) => {
  const answer = recordsBy(chance, '@', type, { ttl, count: chance.one([1, 1, 1, 2, 3, 5]) });
  return answer.length > 0 ? { answer } : { authority: [soaOf(ttl, chance.one(MINIMA))] };
};
const alias: Kind = (chance, type, ttl) => {
  const target = chance.one(TARGETS);
  const led = chance.maybe(0.7) ? recordsBy(chance, target, type, { ttl: chance.one([1, 5, 60]) }) : [];
  return { answer: [`@ ${ttl} IN CNAME ${target}`, ...led], ...(led.length === 0 && chance.maybe(0.5) && { authority: [soaOf(60, 30)] }) };
};
const denial: Kind = (chance, _type, ttl) => ({ rcode: 'NXDOMAIN', authority: chance.perhaps(0.85, () => soaOf(ttl, chance.one(MINIMA))) });
const noData: Kind = (chance, _type, ttl) => ({ authority: chance.perhaps(0.85, () => soaOf(ttl, chance.one(MINIMA))) });
const failure: Kind = (chance) => ({ rcode: chance.one(FAILURES) });
const large: Kind = (chance, type, ttl) => ({
  answer:
    type === 'TXT'
      ? Array.from({ length: chance.one([5, 10, 30]) }, (_, at) => `@ ${ttl} IN TXT "${'x'.repeat(200)} ${at}"`)
      : Array.from({ length: chance.one([40, 100]) }, (_, at) => `@ ${ttl} IN A 10.9.${at}.1`),
});
const mixed: Kind = (chance, type, ttl) => ({
  answer: recordsBy(chance, '@', type, { ttl }),
  authority: ['test. 300 IN NS ns1.test.'],
  additional: ['ns1.test. 300 IN A 10.1.1.1', 'ns1.test. 20 IN AAAA 2001:db8::53'],
});
const cut: Kind = (chance, type, ttl) => ({ tc: true, answer: recordsBy(chance, '@', type, { ttl }) });
const trouble: Kind = (chance, type, ttl) => (chance.maybe(0.5) ? { drop: true } : { wrong_id: true, answer: recordsBy(chance, '@', type, { ttl }) });

/** Of a hundred replies, so many are of the kind. */
const KINDS: readonly (readonly [number, Kind])[] = [
  [50, data], [10, alias], [12, denial], [10, noData], [6, failure], [3, large], [3, () => DELEGATION], [2, mixed], [2, cut], [2, trouble],
];

const EVER = '8 2 3600 20300101000000 20200101000000 12345 test. c2lnbmF0dXJl';
const OVER = '8 2 3600 20210101000000 20200101000000 12345 test. c2lnbmF0dXJl';

const replyBy = (chance: Chance, type: AskedType): ScriptedReply => {
  const ttl = chance.one(TTLS);
  let left = chance.below(100);
  const kind = KINDS.find(([share]) => (left -= share) < 0)?.[1] ?? data;
  const reply = kind(chance, type, ttl);
  const isSigned = reply.answer !== undefined && reply.answer.length > 0 && reply.tc !== true && chance.maybe(0.12);
  const covered = type === 'ANY' || type === 'AXFR' ? 'A' : type;
  return {
    ...reply,
    ...(isSigned && { answer: [...(reply.answer ?? []), `@ ${ttl} IN RRSIG ${covered} ${chance.maybe(0.2) ? OVER : EVER}`] }),
    ...(chance.maybe(0.3) && { aa: true }),
    ...(chance.maybe(0.15) && { ad: true }),
    ...(chance.maybe(0.03) && { cd: true }),
    ...(chance.maybe(0.1) && { ra: false }),
    ...(chance.maybe(0.1) && { edns: false }),
    ...(chance.maybe(0.06) && { options: [chance.one(OPTIONS)] }),
  };
};

/** One that says nothing, or nothing of use, whatever it is asked. */
export const deadScriptBy = (chance: Chance): Script => ({ '*': [chance.maybe(0.5) ? { drop: true } : { rcode: chance.one(['SERVFAIL', 'REFUSED', 'NXDOMAIN']) }] });

export const scriptBy = (chance: Chance, names: readonly string[]): Script =>
  Object.fromEntries([
    ...names.flatMap((name) =>
      [...chance.some(ANSWERED, 5), 'A' as const].map((type) => [`${name.toLowerCase()} ${type}`, Array.from({ length: chance.one([1, 1, 2, 3]) }, () => replyBy(chance, type))] as const),
    ),
    ...chance.perhaps(0.3, () => ['*', [replyBy(chance, 'A')]] as const),
  ]);
