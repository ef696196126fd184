import { printTuple } from '../conntrack/list.ts';
import { listed } from '../conntrack/table.ts';
import type { ConntrackCounters } from '../conntrack/table.ts';
import { printPacket } from '../packet/print.ts';
import { dispositionSentence } from '../trace/sentence.ts';
import type { Lane } from './lane.ts';
import type { RaceWorld } from './world.ts';

/** What a race came to. */
export interface RaceOutcome {
  /** For each packet, what became of it, and as what it left. */
  readonly fates: readonly string[];
  /** Entries that `conntrack -L` shows at the end. */
  readonly entries: readonly string[];
  /** How many entries count without being shown: kept for a second, for replies only. */
  readonly hidden: number;
  readonly counters: ConntrackCounters;
}

const fateOf = ({ flight: { stage, packet }, trace }: Lane): string => {
  switch (stage.kind) {
    case 'held':
      return `held in queue ${stage.queue}`;
    case 'ended': {
      const drawn = trace.some((step) => step.kind === 'translated' && step.drawn);
      const as = drawn ? printPacket(packet).replace(/:\d+ >/, ':* >') : printPacket(packet);
      const lost = stage.disposition.kind === 'dropped';
      return lost ? dispositionSentence(stage.disposition) : `${dispositionSentence(stage.disposition)} as ${as}`;
    }
    case 'arrive':
    case 'hook':
    case 'route-input':
    case 'route-output':
    case 'forward':
    case 'deliver':
    case 'transmit':
      return 'under way';
  }
};

export const outcomeOf = ({ state, lanes }: RaceWorld): RaceOutcome => {
  const { conntrack, now } = state;
  return {
    fates: lanes.map(fateOf),
    entries: listed(conntrack, now)
      .map(({ original, reply, portDrawn }) => {
        const answer = printTuple(reply);
        return `${printTuple(original)} ${portDrawn ? answer.replace(/dport=\d+/, 'dport=*') : answer}`;
      })
      .sort(),
    hidden: [...conntrack.entries.values()].filter(({ status }) => status.natClash).length,
    counters: { ...conntrack.counters },
  };
};
