import type { Journey, RuleStep, TraceStep } from '@nodelocal/netfilter-sim';
import { answeredBy, answersOf, isClient, isClientQuestion, isPacket, isServer } from '../measure/events.ts';
import type { Actor, Recording } from '../run/recording.ts';

/** What a recording comes to, for one row of a table. */
export interface Facts {
  /** Who sent the answers that the pod took. */
  readonly answeredBy: readonly Actor[];
  /** How many questions clients sent, those sent again counted in. */
  readonly queries: number;
  /** How many answers clients took. */
  readonly taken: number;
  /** How many answers came from where the client had not asked. */
  readonly stray: number;
  /** How many questions the cache answered. */
  readonly hits: number;
  /** And how many it had to ask. */
  readonly misses: number;
  /** How many conntrack entries at the end have the pod for their original source. */
  readonly podEntries: number;
  /** How many conntrack entries there are at the end. */
  readonly entries: number;
  /** The rule that took the pod's first query out of tracking; `undefined`: none did. */
  readonly untrackedBy: RuleStep | undefined;
  /** Where DNAT sent the pod's first query; `undefined`: nowhere else. */
  readonly translatedTo: string | undefined;
  /** Whether routing found the first query's destination on the node. */
  readonly local: boolean;
  /** With whom the cache spoke to answer clients, and by what. */
  readonly asked: readonly string[];
  /** What became of the first query; absent: there was none. */
  readonly outcome: Journey['outcome'] | undefined;
  /** The device by which the first query left the node; `undefined`: it did not. */
  readonly leftBy: string | undefined;
}

/** What there is to tell of a recording. */
export const factsOf = (recording: Recording): Facts => {
  const { events, conntrack, given } = recording;
  const pods = given.clients.flatMap(({ at }) => (at.kind === 'pod' ? [at.address] : []));
  const packets = events.filter(isPacket);
  const queries = packets.filter(({ from }) => isClient(from));
  const { taken, stray } = answersOf(recording);
  const cached = events.flatMap((event) => (event.kind === 'cache' ? [event.outcome] : []));
  const last = conntrack.at(-1) ?? [];
  const first = queries[0]?.journey;
  const trace = first?.trace ?? [];
  return {
    answeredBy: answeredBy(recording),
    queries: packets.filter(isClientQuestion).length,
    taken: taken.length,
    stray: stray.length,
    hits: cached.filter((outcome) => outcome === 'hit').length,
    misses: cached.filter((outcome) => outcome === 'miss').length,
    podEntries: last.filter((line) => pods.some((pod) => line.includes(` src=${pod} `))).length,
    entries: last.length,
    untrackedBy: trace.find(isUntracking),
    translatedTo: trace.flatMap(destinationChange)[0],
    local: trace.some((step) => step.kind === 'routed' && step.outcome.kind === 'found' && step.outcome.type === 'local'),
    asked: [...new Set(packets.filter(({ from, to, message }) => from === 'node-cache' && isServer(to) && message !== undefined).map(({ to, sent }) => `${to} over ${sent.kind.toUpperCase()}`))],
    outcome: first?.outcome,
    leftBy: first?.outcome.kind === 'forwarded' ? first.outcome.device : undefined,
  };
};

const isUntracking = (step: TraceStep): step is RuleStep =>
  step.kind === 'rule' && step.effect.kind === 'continue' && step.effect.changes.some(({ kind }) => kind === 'untrack');

const destinationChange = (step: TraceStep): readonly string[] =>
  step.kind === 'translated' ? step.changes.filter(({ field }) => field === 'dst').map(({ to }) => to) : [];
