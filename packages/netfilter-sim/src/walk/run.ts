import type { Chance } from '../chance.ts';
import { invariant } from '../error.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host, HostState } from '../host/host.ts';
import type { Packet } from '../packet/packet.ts';
import { produce } from '../produce.ts';
import type { Disposition } from '../trace/disposition.ts';
import type { TraceStep } from '../trace/step.ts';
import { step } from './step.ts';

/** A packet's way through a host, and what it set off. */
export interface Journey {
  readonly trace: readonly TraceStep[];
  /** The packet as it stood at the end. */
  readonly packet: Packet;
  readonly inDevice: string;
  /** How it ended, or the number of the NFQUEUE that holds it, 0 to 65535. */
  readonly outcome: Disposition | { readonly kind: 'held'; readonly queue: number };
  /** Packets that the host sent because of it, behind its copy for the host itself where it went to many. */
  readonly answers: readonly Journey[];
}

/** Whose journey it is: a claim about a rule that the host does not have is a mistake. */
const hosts = new WeakMap<Journey, Host>();

export const hostOf = (journey: Journey): Host | undefined => hosts.get(journey);

/** More stages than any packet can have: a way around must not run for ever. */
const STEPS_MAX = 1000;

/**
 * Steps a flight until it ends or is held, then the answers that it set off. `state` and `flight`
 * are changed in place: the fast way, for a state that the caller owns outright.
 * @throws RangeError for a packet that comes in by a device that the host does not have
 */
export const run = (host: Host, state: HostState, flight: Flight, chance: Chance): Journey => {
  return finish(begin(host, state, flight, chance), flight);
};

/** @throws RangeError for a packet that comes in by a device that the host does not have */
const begin = (host: Host, state: HostState, flight: Flight, chance: Chance): Environment => {
  if (flight.origin === 'device' && interfaceNamed(host, flight.inDevice) === undefined) {
    throw new RangeError(`the host has no device "${flight.inDevice}": it has ${host.interfaces.map(({ name }) => name).join(', ')}`);
  }
  return {
    host,
    state,
    chance,
    trace: [
      flight.origin === 'device'
        ? { kind: 'arrived', device: flight.inDevice, packet: flight.packet }
        : { kind: 'generated', packet: flight.packet },
    ],
    answers: [],
    copies: [],
  };
};

/** The journey of one of several packets that were under way at once. */
export interface JourneyAmongOthers {
  readonly journey: Journey;
  /** For each step of its trace the turn in which it was made; the turns of all packets are counted together. */
  readonly turns: readonly number[];
}

/**
 * Several packets that as many processors handle at once: which of them takes its next step is drawn each time. Journeys in the
 * order of the flights.
 * @throws RangeError as with `run`
 */
export const runTogether = (host: Host, state: HostState, flights: readonly Flight[], chance: Chance): readonly JourneyAmongOthers[] => {
  const lanes = flights.map((flight) => ({ flight, environment: begin(host, state, flight, chance), turns: [0] }));
  const isUnderWay = ({ flight: { stage } }: (typeof lanes)[number]): boolean => stage.kind !== 'ended' && stage.kind !== 'held';
  for (let open = lanes.filter(isUnderWay), steps = 1; open.length > 0; open = open.filter(isUnderWay), steps += 1) {
    invariant(steps < STEPS_MAX * lanes.length, 'packets come to an end');
    const lane = open[chance.integer(open.length)];
    if (lane === undefined) continue;
    step(lane.environment, lane.flight);
    while (lane.turns.length < lane.environment.trace.length) lane.turns.push(steps);
  }
  return lanes.map(({ flight, environment, turns }) => ({ journey: finish(environment, flight), turns }));
};

/** As `run`, for a flight that was held and let go. */
export const resume = (host: Host, state: HostState, flight: Flight, chance: Chance): Journey =>
  finish({ host, state, chance, trace: [], answers: [], copies: [] }, flight);

const finish = (environment: Environment, flight: Flight): Journey => {
  const { host, state, chance, trace, answers, copies } = environment;
  for (let steps = 0; flight.stage.kind !== 'ended' && flight.stage.kind !== 'held'; steps += 1) {
    invariant(steps < STEPS_MAX, 'a packet comes to an end');
    step(environment, flight);
  }
  const journey: Journey = {
    ...endOf(flight, trace),
    answers: [
      ...copies.map((copy) => ({ ...endOf(copy.flight, copy.trace), answers: [] })),
      ...answers.map((answer) => run(host, state, answer, chance)),
    ],
  };
  hosts.set(journey, host);
  return journey;
};

/** How it stands at the end. */
const endOf = ({ packet, inDevice, stage }: Flight, trace: readonly TraceStep[]): Omit<Journey, 'answers'> => {
  invariant(stage.kind === 'ended' || stage.kind === 'held', 'a packet comes to an end');
  return { trace, packet, inDevice, outcome: stage.kind === 'ended' ? stage.disposition : { kind: 'held', queue: stage.queue } };
};

/**
 * The state after a packet, and the packet's way. The state before stays as it was, and what did not
 * change is shared between the two.
 * @throws RangeError as with `run`
 */
export const send = (
  host: Host,
  state: HostState,
  flight: Flight,
  chance: Chance,
): { readonly state: HostState; readonly journey: Journey } => {
  // The journey is part of the draft: it mentions entries, and must outlive it.
  const after = produce({ state, flight, journeys: [] as Journey[] }, (draft) => {
    draft.journeys.push(run(host, draft.state, draft.flight, chance) as never);
  });
  const [journey] = after.journeys;
  invariant(journey !== undefined, 'a packet sent has a journey');
  hosts.set(journey, host);
  return { state: after.state, journey };
};
