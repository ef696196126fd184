import type { DnstapFacility, Facility } from '../plugin/facility.ts';
import { createIncoming } from './incoming.ts';
import { createOutgoing } from './outgoing.ts';
import type { Log, Sink } from './sink.ts';

/** All places that messages go to. */
export interface Taps {
  /** Opens those that are missing; there may be more. */
  add(facilities: readonly Facility[]): void;
  /** Closes all others. */
  keep(facilities: readonly Facility[]): Promise<void>;
  /** A message in dnstap's form; nobody hears of one for a sink that is no more. */
  write(sink: string, payload: Uint8Array): void;
}

const dnstapOf = (facilities: readonly Facility[]): readonly DnstapFacility[] => facilities.filter((facility) => facility.kind === 'dnstap');

export const createTaps = (readFile: (path: string) => string, log: Log): Taps => {
  const sinks = new Map<string, Sink>();
  const open = (facility: DnstapFacility): Sink => {
    switch (facility.way) {
      case 'connect':
        return createOutgoing(facility, log);
      case 'listen':
        return createIncoming(facility, readFile, log);
    }
  };
  return {
    add(facilities) {
      for (const facility of dnstapOf(facilities)) if (!sinks.has(facility.sink)) sinks.set(facility.sink, open(facility));
    },
    async keep(facilities) {
      const kept = new Set(dnstapOf(facilities).map(({ sink }) => sink));
      const others = [...sinks].filter(([sink]) => !kept.has(sink));
      for (const [sink] of others) sinks.delete(sink);
      await Promise.all(others.map(([, sink]) => sink.close()));
    },
    write: (sink, payload) => sinks.get(sink)?.write(payload),
  };
};
