import type { Direction } from '../link.ts';
import type { CapturedPacket } from '../packet.ts';
import type { CapturedQuestion, Questions } from './questions.ts';
import type { Spoken } from './spoken.ts';

/** Something in a capture that one should know of. Packets go by their numbers in the capture (`packet`, `packets`). */
export type Oddity =
  /** No answer was seen, and the capture goes on for longer than any server takes. */
  | { readonly kind: 'unanswered'; readonly question: CapturedQuestion; readonly watchedMs: number }
  /** No answer was seen, and the capture ends soon after. */
  | { readonly kind: 'open'; readonly question: CapturedQuestion }
  | { readonly kind: 'late'; readonly question: CapturedQuestion; readonly afterMs: number }
  /** The same question from the same socket. */
  | { readonly kind: 'asked-again'; readonly question: CapturedQuestion; readonly packet: number; readonly afterMs: number }
  /** The same question from another socket, while the earlier one had no answer. */
  | { readonly kind: 'asked-anew'; readonly question: CapturedQuestion; readonly earlier: CapturedQuestion; readonly afterMs: number }
  /** Only from an address that was not asked: a socket takes no answer from there. */
  | { readonly kind: 'answered-from-elsewhere'; readonly question: CapturedQuestion; readonly answer: Spoken }
  /** It came to the node, and was not seen where the question came from. */
  | { readonly kind: 'answer-stopped'; readonly question: CapturedQuestion; readonly answer: Spoken }
  /** `rcode` is the response code's name. */
  | { readonly kind: 'failed'; readonly question: CapturedQuestion; readonly rcode: string; readonly packet: number }
  | { readonly kind: 'truncated'; readonly question: CapturedQuestion; readonly packet: number }
  /** A and AAAA from one socket at once: until Linux 5.6 the second of two can be lost in conntrack. */
  | { readonly kind: 'one-socket'; readonly questions: readonly [CapturedQuestion, CapturedQuestion] }
  /** `why` is what the ICMP error says, in a word or two. */
  | { readonly kind: 'refused'; readonly packet: number; readonly why: string; readonly question: CapturedQuestion }
  | { readonly kind: 'unasked'; readonly answer: Spoken }
  | { readonly kind: 'fragments'; readonly packets: readonly number[] }
  /** Not judged: a network card writes checksums after the capture has seen the packet. */
  | { readonly kind: 'checksums'; readonly packets: readonly number[] }
  | { readonly kind: 'cut-packets'; readonly packets: readonly number[] };

/** What somebody waited for, or did not get; the rest is good to know. */
export const isHarm = ({ kind }: Oddity): boolean =>
  ['unanswered', 'late', 'asked-again', 'asked-anew', 'answered-from-elsewhere', 'answer-stopped', 'failed', 'refused'].includes(kind);

/** Somebody waited for so long. */
const LATE_MS = 1000;

/** Two questions of one lookup are sent at once. */
const AT_ONCE_MS = 50;

/** Nobody asks anew after so long: that is another lookup. */
const ANEW_MS = 30_000;

const ERRORS = ['SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP'];

/** What of a capture's questions somebody waited for, or should look at. */
export const odditiesOf = (packets: readonly CapturedPacket[], { asked, unasked }: Questions): readonly Oddity[] => {
  const endMs = packets.reduce((latest, { atMs }) => Math.max(latest, atMs), Number.NEGATIVE_INFINITY);
  const refused = refusals(packets, asked);
  const isRefused = (question: CapturedQuestion): boolean => refused.some((refusal) => refusal.question === question);
  return [
    ...asked.flatMap((question) => [...(isRefused(question) ? [] : ofAnswers(question, endMs)), ...askedAgain(question)]),
    ...asked.flatMap((question) => askedAnew(question, asked)),
    ...refused,
    ...pairsOf(asked),
    ...unasked.map((answer): Oddity => ({ kind: 'unasked', answer })),
    ...ofPackets(packets),
  ];
};

const firstMs = ({ attempts }: CapturedQuestion): number => attempts[0]?.[0].packet.atMs ?? 0;

const isFrom = ({ server }: CapturedQuestion, answer: Spoken): boolean => answer.server.address === server.address && answer.server.port === server.port;

const placeOf = ({ packet }: Spoken): string | number | undefined => packet.device ?? packet.deviceIndex;

/** Both came in, or both went out: one of them is not the answer to the other at the same place. */
const areAlike = (one: Direction | undefined, other: Direction | undefined): boolean => one !== undefined && one === other;

const ofAnswers = (question: CapturedQuestion, endMs: number): readonly Oddity[] => {
  const { answers, attempts } = question;
  const good = answers.find((answer) => isFrom(question, answer));
  const [other] = answers;
  if (good === undefined && other !== undefined) {
    const askedAt = attempts[0]?.[0];
    const wentOn = askedAt === undefined || (placeOf(askedAt) === placeOf(other) && !areAlike(askedAt.packet.direction, other.packet.direction));
    return [{ kind: wentOn ? 'answered-from-elsewhere' : 'answer-stopped', question, answer: other }];
  }
  if (good === undefined) {
    const watchedMs = endMs - firstMs(question);
    return [watchedMs < LATE_MS ? { kind: 'open', question } : { kind: 'unanswered', question, watchedMs }];
  }
  const afterMs = good.packet.atMs - firstMs(question);
  const { number } = good.packet;
  return [
    ...(afterMs >= LATE_MS ? [{ kind: 'late' as const, question, afterMs }] : []),
    ...(ERRORS.includes(good.rcode) ? [{ kind: 'failed' as const, question, rcode: good.rcode, packet: number }] : []),
    ...(good.isTruncated ? [{ kind: 'truncated' as const, question, packet: number }] : []),
  ];
};

const askedAgain = (question: CapturedQuestion): readonly Oddity[] =>
  question.attempts.slice(1).map(([{ packet }]) => ({ kind: 'asked-again', question, packet: packet.number, afterMs: packet.atMs - firstMs(question) }));

const askedAnew = (question: CapturedQuestion, all: readonly CapturedQuestion[]): readonly Oddity[] => {
  const startMs = firstMs(question);
  const earlier = all.find((other) => {
    const agoMs = startMs - firstMs(other);
    const isSame = other !== question && other.client.address === question.client.address && other.question === question.question;
    return isSame && agoMs >= LATE_MS && agoMs < ANEW_MS && !other.answers.some((answer) => isFrom(other, answer) && answer.packet.atMs < startMs);
  });
  return earlier === undefined ? [] : [{ kind: 'asked-anew', question, earlier, afterMs: startMs - firstMs(earlier) }];
};

const refusals = (packets: readonly CapturedPacket[], asked: readonly CapturedQuestion[]): readonly Extract<Oddity, { kind: 'refused' }>[] =>
  packets.flatMap(({ number, what }): readonly Extract<Oddity, { kind: 'refused' }>[] => {
    if (what.kind !== 'unreachable' || what.quoted === undefined) return [];
    const { from, to } = what.quoted;
    const question = asked.find(({ client, attempts }) => client.address === from.address && client.port === from.port && attempts.flat().some(({ server }) => server.port === to.port));
    return question === undefined ? [] : [{ kind: 'refused', packet: number, why: what.why, question }];
  });

const nameOf = ({ question }: CapturedQuestion): string => question.slice(question.indexOf(' '));

const pairsOf = (asked: readonly CapturedQuestion[]): readonly Oddity[] =>
  asked.flatMap((one, at) => {
    const other = asked.slice(at + 1).find(
      (next) =>
        one.transport === 'udp' &&
        next.transport === 'udp' &&
        next.client.address === one.client.address &&
        next.client.port === one.client.port &&
        nameOf(next) === nameOf(one) &&
        firstMs(next) - firstMs(one) < AT_ONCE_MS,
    );
    return other === undefined ? [] : [{ kind: 'one-socket', questions: [one, other] }];
  });

const ofPackets = (packets: readonly CapturedPacket[]): readonly Oddity[] => {
  const numbers = (has: (packet: CapturedPacket) => boolean): readonly number[] => packets.filter(has).map(({ number }) => number);
  const found = [
    { kind: 'fragments' as const, packets: numbers(({ what }) => what.kind === 'fragment' || (what.kind === 'udp' && what.isFirstFragment)) },
    { kind: 'checksums' as const, packets: numbers(({ checksum }) => checksum === 'other') },
    { kind: 'cut-packets' as const, packets: numbers(({ isCut }) => isCut) },
  ];
  return found.filter((oddity) => oddity.packets.length > 0);
};
