import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import type { Host, HostState } from '../host/host.ts';
import { produce } from '../produce.ts';
import { step } from '../walk/step.ts';
import type { RaceChance } from './chance.ts';
import { isOver, moveOf } from './lane.ts';
import type { Lane, Move } from './lane.ts';

/** A host with packets under way. A value: each step gives a new one. */
export interface RaceWorld {
  readonly state: HostState;
  readonly lanes: readonly Lane[];
}

/** The beginning of a race: a host's state, and packets that are all at the start of their ways. */
export const newRaceWorld = (state: HostState, flights: readonly Flight[]): RaceWorld => ({
  state,
  lanes: flights.map((flight) => ({ flight, trace: [] })),
});

/** A move that was made: whose, which, and what chance answered on the way. */
export interface Made {
  /** The packet, counted from 0. */
  readonly lane: number;
  readonly move: Move | 'end';
  /** In the order in which it was asked; yes or no each. */
  readonly draws: readonly boolean[];
}

/** @throws RangeError for one that is not in the race */
export const laneOf = ({ lanes }: RaceWorld, lane: number): Lane => {
  const found = lanes[lane];
  if (found === undefined) throw new RangeError(`a turn of packet ${lane + 1}, in a race of ${lanes.length}: lanes are counted from 0`);
  return found;
};

/** Stages that one packet can pass between two moves, at most. */
const STEPS_MAX = 100;

/**
 * Lets one packet do all that concerns itself alone, then the one move that others can see. What
 * rules remember (`nth`) is seen by others too: it is done together with the move behind it. `lane` is the packet, counted from 0.
 * @throws RangeError for one that is not in the race
 */
export const advance = (host: Host, world: RaceWorld, lane: number, chance: RaceChance): { readonly world: RaceWorld; readonly made: Made } => {
  laneOf(world, lane);
  let move: Move | undefined;
  const next = produce(world, (draft) => {
    const own = draft.lanes[lane];
    if (own === undefined) return;
    const environment: Environment = { host, state: draft.state, chance, trace: own.trace, answers: [], copies: [] };
    for (let steps = 0; steps < STEPS_MAX && !isOver(own.flight) && move === undefined; steps += 1) {
      move = moveOf(host, own.flight);
      step(environment, own.flight);
    }
    // Nothing that others can see is left: it may as well come to its end.
    while (!isOver(own.flight) && moveOf(host, own.flight) === undefined) step(environment, own.flight);
  });
  return { world: next, made: { lane, move: move ?? 'end', draws: chance.drawn.map(({ answer }) => answer) } };
};

/** Whether all packets have come to their ends. */
export const isFinished = ({ lanes }: RaceWorld): boolean => lanes.every(({ flight }) => isOver(flight));
