import type { Case } from '../../src/cases/case.ts';
import { hasDrawnPort, playCase, showEntry } from '../../src/cases/run.ts';
import type { PlayedCase, PlayedPacket } from '../../src/cases/run.ts';
import { listed } from '../../src/conntrack/table.ts';
import type { Host } from '../../src/host/host.ts';
import { printIpSets } from '../../src/ruleset/ipset/print/sets.ts';
import { atMs } from '../../src/time.ts';
import { kernelMarks } from '../../src/trace/kernel.ts';
import type { TraceStep } from '../../src/trace/step.ts';
import { hostOf } from '../../src/walk/run.ts';
import type { Journey } from '../../src/walk/run.ts';
import { comparable } from '../ruleset/ipset/lines.ts';
import { modelFilled } from './filled-sets.ts';
import { seenBehind } from './generate/bridges.ts';
import type { Observation, SeenPacket } from './observation.ts';
import { stateBefore } from './state.ts';
import { SURROUNDINGS } from './surroundings.ts';
import { write } from './wire.ts';

/** What the model makes of a case; the table is read at `endedAtMs`. */
export const askModel = (of: Case, host: Host, endedAtMs: number): Observation => {
  const played = playCase(of, { host, state: stateBefore(of) }, SURROUNDINGS);
  // What hangs on something unknown that decides nothing else stays open.
  const observed = observe(of, played, endedAtMs);
  const filled = modelFilled(host.nftables, played.state, atMs(endedAtMs));
  const open = [...played.state.doubtful].filter((key) => key.startsWith('nft ')).map((key) => [key, '*:*'] as const);
  return { ...observed, counters: new Map([...observed.counters, ...open, ...filled]) };
};

export const observe = (of: Case, { journeys, state }: PlayedCase, endedAtMs: number): Observation => {
  const ended = atMs(endedAtMs);
  const { counters } = state.conntrack;
  const drawn = new Set(journeys.flatMap((played) => (played === undefined ? [] : drawnPorts(played.journey))));
  return {
    packets: journeys.map((played) => (played === undefined ? undefined : seen(played, drawn))),
    entries: listed(state.conntrack, ended).map((entry) => showEntry(entry, { ...state, now: ended })),
    stats: {
      // A port that was drawn may be taken already; then it is drawn again, and that counts.
      found: drawn.size === 0 ? counters.found : '*',
      invalid: counters.invalid,
      insert_failed: counters.insertFailed,
      drop: counters.drop,
      early_drop: counters.earlyDrop,
      icmp_error: counters.error,
      clashres: counters.clashResolve,
    },
    counters: new Map(
      [...state.counters].flatMap(([place, { packets, bytes }]) =>
        place.startsWith('nft ')
          ? [[place, `${packets}:${bytes}`] as const]
          : place.startsWith(`${of.family} `)
            ? [[place.slice(of.family.length + 1), `${packets}:${bytes}`] as const]
            : [],
      ),
    ),
    sets: comparable(printIpSets(state.sets, ended)),
  };
};

/** Numbers that chance gave. */
export const drawnPorts = (journey: Journey): readonly string[] =>
  [journey, ...allAnswers(journey)].flatMap(({ trace }) =>
    trace.flatMap((step) => (step.kind === 'translated' && step.drawn ? step.changes.map(({ to }) => to) : [])),
  );

/** An error quotes what the packet looked like before it was translated back. */
const hideQuoted = (text: string, drawn: ReadonlySet<string>): string =>
  text.replace(/\[.*\]/, (quoted) =>
    quoted.replaceAll(/(:|id )(\d+)(?= >|\])/g, (whole, before: string, number: string) => (drawn.has(number) ? `${before}*` : whole)),
  );

export const seen = ({ journey, origin }: PlayedPacket, drawn: ReadonlySet<string>): SeenPacket => {
  const { outcome } = journey;
  const answers = allAnswers(journey);
  const ends = [journey, ...copiesOf(journey)].flatMap((one) => cameOut(one) ?? []);
  return {
    errno: origin === 'raw' && outcome.kind === 'dropped' ? (outcome.sendError ?? 0) : 0,
    trace: kernelMarks(inOrder(journey)),
    result: hideQuoted(ends.length === 0 ? 'nowhere' : ends.join(' and '), drawn),
    answerTrace: answers.flatMap((answer) => kernelMarks(answer.trace)),
    answers: answers.flatMap((answer) => cameOut(answer) ?? []).map((text) => hideQuoted(text, drawn)).sort(),
  };
};

/** SYNPROXY numbers its SYN,ACKs by a secret. */
const hideCookie = (text: string): string => text.replace(/flags 18 seq \d+( ack \d+ window 0 )/, 'flags 18 seq *$1');
const isCopy = ({ trace: [first] }: Journey): boolean => first?.kind === 'copied';

/** What the host hears of its own packet to many. */
const copiesOf = ({ answers }: Journey): readonly Journey[] => answers.filter(isCopy);

/** The host's packets because of this one, and because of those. */
const allAnswers = ({ answers }: Journey): readonly Journey[] => answers.flatMap((answer) => [...(isCopy(answer) ? [] : [answer]), ...allAnswers(answer)]);

/** What rules did with a packet and with its copy: of IPv4 the copy is first at POSTROUTING. */
const inOrder = (journey: Journey): readonly TraceStep[] => {
  const copied = copiesOf(journey).flatMap(({ trace }) => trace);
  const at = journey.packet.family === 'ipv6' ? -1 : journey.trace.findIndex((step) => 'hook' in step && step.hook === 'POSTROUTING');
  return at < 0 ? [...journey.trace, ...copied] : [...journey.trace.slice(0, at), ...copied, ...journey.trace.slice(at)];
};

/** A rule set may have another device of that name. */
const isBridge = (journey: Journey, device: string): boolean =>
  hostOf(journey)?.interfaces.some(({ name, link }) => name === device && link?.kind === 'bridge') ?? false;

const cameOut = (journey: Journey): string | undefined => {
  const { outcome } = journey;
  const packet = hideCookie(write(journey.packet, hasDrawnPort(journey)));
  switch (outcome.kind) {
    case 'delivered':
      return `local: ${packet}`;
    case 'forwarded':
    case 'sent':
      return `${isBridge(journey, outcome.device) ? seenBehind(outcome.device, journey.packet.dst) : outcome.device}: ${packet}`;
    case 'dropped':
      return undefined;
    case 'held':
      return 'held';
    case 'not-modelled':
      return `not modelled: ${outcome.what}`;
  }
};
