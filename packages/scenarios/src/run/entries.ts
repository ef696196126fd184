import { printTuple, tcpState } from '@nodelocal/netfilter-sim';
import type { Entry, EntryId, HostState, Journey } from '@nodelocal/netfilter-sim';
import type { RecordedEntry } from './recording.ts';

/** Keeps the lives of conntrack entries, told by the packets that pass. */
export interface EntryLog {
  see(journey: Journey, client: string | undefined): void;
  /** kube-proxy has deleted it. */
  deleted(entry: EntryId): void;
  lives(): readonly RecordedEntry[];
}

export const createEntryLog = (state: HostState): EntryLog => {
  const lives = new Map<EntryId, RecordedEntry>();
  let evictions = 0;

  const see = (entry: Entry, client: string | undefined): void => {
    const before = lives.get(entry.id);
    const tcp = tcpState(entry);
    lives.set(entry.id, {
      ...(before ?? { protocol: entry.original.protocol, original: printTuple(entry.original), fromMs: state.now, ...(client === undefined ? {} : { client }) }),
      reply: printTuple(entry.reply),
      seenMs: state.now,
      untilMs: entry.expiresAt,
      end: 'times-out',
      ...(tcp === undefined ? {} : { state: tcp }),
      isReplied: entry.status.seenReply,
      isAssured: entry.status.assured,
    });
  };
  const end = (id: EntryId, how: RecordedEntry['end']): void => {
    const life = lives.get(id);
    if (life !== undefined && life.end === 'times-out' && life.untilMs > state.now) lives.set(id, { ...life, untilMs: state.now, end: how });
  };

  return {
    see(journey, client) {
      for (const step of journey.trace) {
        if (step.kind !== 'tracked' || step.outcome.kind !== 'connection') continue;
        const entry = state.conntrack.entries.get(step.outcome.entry);
        if (entry?.status.confirmed === true) see(entry, client);
        else end(step.outcome.entry, 'closed');
      }
      const { earlyDrop } = state.conntrack.counters;
      if (earlyDrop === evictions) return;
      evictions = earlyDrop;
      for (const id of lives.keys()) if (!state.conntrack.entries.has(id)) end(id, 'evicted');
    },
    deleted: (id) => end(id, 'deleted'),
    lives: () => [...lives.values()],
  };
};
