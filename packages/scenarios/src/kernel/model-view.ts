import type { Recording } from '../run/recording.ts';
import type { RecordedEntry, RecordedLookup } from '../run/recording.ts';
import type { Counts, View } from './view.ts';
import { countsOf, entryKey, heardKey, isViewedRule, outcomeOf } from './view.ts';

/** A recording of the model, as far as the kernel can tell the same. */
export const modelView = ({ lookups, events, entries, endedAtMs, given }: Recording): View => {
  const names = new Set<string>(given.servers.map(({ name }) => name));
  const packets = events.flatMap((event) => (event.kind === 'packet' ? [event] : []));
  return {
    lookups: lookups.map(({ name, client, elapsedMs, result }) => ({ name, client, outcome: outcome(result), elapsedMs })),
    heard: countsOf(
      packets.flatMap(({ to, message, journey: { packet } }) =>
        names.has(to) && message !== undefined && message.answer === undefined && (packet.kind === 'udp' || packet.kind === 'tcp') ? [heardKey(to, packet.kind, packet.src)] : [],
      ),
    ),
    entries: countsOf(entries.filter(({ fromMs, untilMs }) => fromMs <= endedAtMs && untilMs > endedAtMs).flatMap(entryKeyOf)),
    ruled: rulesIn(packets.flatMap(({ journey }) => journey.trace.flatMap((step) => (step.kind === 'rule' ? [step.text] : [])))),
  };
};

const outcome = (result: RecordedLookup['result']): string => {
  switch (result.kind) {
    case 'unfinished':
      return result.kind;
    case 'not-known':
      return `not known: ${result.what}`;
    case 'resolved':
    case 'not-found':
    case 'failed':
      return outcomeOf(result);
  }
};

const rulesIn = (texts: readonly string[]): Counts => countsOf(texts.filter(isViewedRule));

const PROTOCOLS: Readonly<Record<number, 'udp' | 'tcp'>> = { 6: 'tcp', 17: 'udp' };

/** `src=… dst=… sport=… dport=53`, as `conntrack -L` has it. */
const entryKeyOf = ({ protocol, original, isReplied }: RecordedEntry): readonly string[] => {
  const [, src, dst] = /src=(\S+) dst=(\S+) sport=\d+ dport=53\b/.exec(original) ?? [];
  const name = PROTOCOLS[protocol];
  return src === undefined || dst === undefined || name === undefined ? [] : [entryKey(name, src, dst, isReplied)];
};
