import type { Chance, Choice } from '../chance.ts';
import type { Flight } from '../flight/flight.ts';
import type { Host, HostState } from '../host/host.ts';
import { send } from './run.ts';
import type { Journey } from './run.ts';

/** A question that came up on the way, and how it was answered this time. */
export interface Decision {
  readonly choice: Choice;
  /** Yes, or no. */
  readonly answer: boolean;
}

/** One of the ways that a packet can take. */
export interface Possibility {
  readonly journey: Journey;
  readonly state: HostState;
  readonly decisions: readonly Decision[];
  /** Product of the chances on the way, 0 to 1; `undefined` where something unknown was decided too. */
  readonly probability: number | undefined;
}

/** What `explore` does not find out by branching. */
export interface ExploreOptions {
  /** Draws ports, once for each way: they do not branch. */
  readonly ports: Pick<Chance, 'integer'>;
  /** What is taken for granted does not branch either; absent, or `undefined` for a question: nothing is. */
  readonly assume?: (choice: Choice) => boolean | undefined;
}

/** More ways than this are not looked at; a rule set with so many wants an assumption. */
const POSSIBILITIES_MAX = 4096;

/** All ways that were found; `too-many` where there are more. */
export type Exploration =
  | { readonly kind: 'complete'; readonly possibilities: readonly Possibility[] }
  | { readonly kind: 'too-many'; readonly possibilities: readonly Possibility[] };

/**
 * Every way that a packet can take from a state: both answers to each question that chance or the
 * unknown would decide.
 * @throws RangeError as with `run`
 */
export const explore = (host: Host, state: HostState, flight: Flight, by: ExploreOptions): Exploration => {
  const found: Possibility[] = [];
  const open: (readonly boolean[])[] = [[]];
  for (let script = open.pop(); script !== undefined; script = open.pop()) {
    if (found.length >= POSSIBILITIES_MAX) return { kind: 'too-many', possibilities: found };
    const { decisions, ...sent } = follow(host, state, flight, { script, ...by });
    found.push({ ...sent, decisions, probability: probabilityOf(decisions) });
    // Every question behind the script was answered with yes: its no is still to be looked at.
    for (let at = decisions.length - 1; at >= script.length; at -= 1) {
      open.push([...decisions.slice(0, at).map(({ answer }) => answer), false]);
    }
  }
  return { kind: 'complete', possibilities: found };
};

const follow = (
  host: Host,
  state: HostState,
  flight: Flight,
  { script, ports, assume }: ExploreOptions & { readonly script: readonly boolean[] },
): { readonly journey: Journey; readonly state: HostState; readonly decisions: readonly Decision[] } => {
  const decisions: Decision[] = [];
  const scripted: Chance = {
    choose(choice) {
      const assumed = assume?.(choice);
      if (assumed !== undefined) return assumed;
      const answer = script[decisions.length] ?? true;
      decisions.push({ choice, answer });
      return answer;
    },
    integer: (below) => ports.integer(below),
  };
  return { ...send(host, state, flight, scripted), decisions };
};

const probabilityOf = (decisions: readonly Decision[]): number | undefined => {
  let product = 1;
  for (const { choice, answer } of decisions) {
    if (choice.kind === 'unknown') return undefined;
    product *= answer ? choice.probability : 1 - choice.probability;
  }
  return product;
};

/** How sure a statement about a packet is, and what it hangs on. */
export type Certainty =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'possible';
      /** From 0 to 1 where it is only chance that decides; else `undefined`. */
      readonly probability: number | undefined;
      /** The questions whose answer makes the difference, by the rule that asks. */
      readonly because: readonly string[];
    }
  | { readonly kind: 'impossible' };

/** Whether a statement holds for every way that the packet can take, for some, or for none. `holds` is asked once for each way. */
export const certaintyOf = ({ possibilities }: Exploration, holds: (journey: Journey) => boolean): Certainty => {
  const fitting = possibilities.filter(({ journey }) => holds(journey));
  if (fitting.length === 0) return { kind: 'impossible' };
  if (fitting.length === possibilities.length) return { kind: 'exact' };
  const known = fitting.every(({ probability }) => probability !== undefined);
  const probability = fitting.reduce((sum, { probability: own = 0 }) => sum + own, 0);
  const because = new Set(possibilities.flatMap(({ decisions }) => decisions.map(({ choice }) => choice.what)));
  return { kind: 'possible', probability: known ? probability : undefined, because: [...because] };
};
