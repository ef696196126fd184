import type { Chance } from '../chance.ts';
import type { Host, HostState } from '../host/host.ts';
import type { TraceStep } from '../trace/step.ts';
import type { Flight } from './flight.ts';

/** All that a step may read and change: nothing else exists for it. */
export interface Environment {
  readonly host: Host;
  /** Changed in place: a draft of Immer's, or a state that the caller owns outright. */
  readonly state: HostState;
  readonly chance: Chance;
  /** What happened, in order. */
  readonly trace: TraceStep[];
  /** Packets that the host itself sends because of this one: ICMP errors, resets, echo replies. */
  readonly answers: Flight[];
  /** Copies for the host itself of what it sends to many, which have come to their ends. */
  readonly copies: Copy[];
}

interface Copy {
  readonly flight: Flight;
  readonly trace: TraceStep[];
}
