import type { Draw } from '../resolver/machine.ts';
import type { DnsServer, Habit } from '../scenario/server.ts';
import type { Timing } from './clock.ts';
import type { Arrived } from './habits.ts';
import { answerFrom, bareAnswer, deedFor, denialFrom } from './habits.ts';

export interface TreatmentOptions {
  readonly clock: Timing;
  readonly server: Pick<DnsServer, 'knows' | 'habits' | 'delayMs'>;
  readonly draw: Draw;
  /** Asks another server, from a socket of its own; for servers that know nothing themselves. */
  readonly forward: (query: Uint8Array, then: (answer: Uint8Array) => void) => void;
}

/** What a DNS server does with a query, whatever it came by. */
export interface Treatment {
  readonly treat: (arrived: Arrived, reply: (message: Uint8Array) => void) => void;
  /** From now on it does other things. */
  readonly change: (habits: readonly Habit[]) => void;
}

export const createTreatment = ({ clock, server, draw, forward }: TreatmentOptions): Treatment => {
  let { habits } = server;
  const after = (ms: number, action: () => void): void => clock.at(clock.nowMs + ms, action);
  const answer = (arrived: Arrived, reply: (message: Uint8Array) => void): void => {
    if (server.knows.kind === 'forwarded') {
      forward(arrived.query, reply);
      return;
    }
    const known = answerFrom(server.knows, arrived);
    if (known !== undefined) reply(known);
  };
  const treat = (arrived: Arrived, reply: (message: Uint8Array) => void): void => {
    const deed = deedFor(habits, arrived, draw);
    const say = (message: Uint8Array | undefined): void => {
      if (message !== undefined) after(server.delayMs, () => reply(message));
    };
    switch (deed?.kind) {
      case undefined:
        after(server.delayMs, () => answer(arrived, reply));
        return;
      case 'slow':
        after(server.delayMs + deed.byMs, () => answer(arrived, reply));
        return;
      case 'error':
        say(deed.rcode === 'NXDOMAIN' ? denialFrom(server.knows, arrived) : bareAnswer(arrived.query, { rcode: deed.rcode }));
        return;
      case 'truncates':
        if (arrived.transport === 'udp') say(bareAnswer(arrived.query, { truncated: true }));
        else after(server.delayMs, () => answer(arrived, reply));
        return;
      case 'silent':
    }
  };
  return {
    treat,
    change(now) {
      habits = now;
    },
  };
};
