import { describeTrace } from '../trace/person.ts';
import { dispositionSentence } from '../trace/sentence.ts';
import { hostOf } from '../walk/run.ts';
import type { Journey } from '../walk/run.ts';
import { CLAIMS, disagreements, impossible } from './claim.ts';
import type { Claim } from './claim.ts';
import { hasPlace } from './place.ts';

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A test that no packet can answer: it fails whether it is negated or not. */
export class ClaimError extends Error {}

const ended = ({ outcome }: Journey): string =>
  outcome.kind === 'held' ? `held in queue ${outcome.queue}` : dispositionSentence(outcome);

const wayOf = ({ trace }: Journey): string => describeTrace(trace).map((line) => `  ${line}`).join('\n');

/** @throws ClaimError for what is no packet's way: its line as text, say */
const checkJourney = (journey: unknown): void => {
  if (typeof journey === 'object' && journey !== null && 'outcome' in journey && 'trace' in journey) return;
  throw new ClaimError('these matchers are for what `send` of a node gives, or `run`');
};

/** @throws ClaimError for a claim that there is not, or about a rule, a device or an end that there cannot be. */
const checkClaim = (journey: Journey, claim: Claim): void => {
  const unknown = Object.keys(claim).find((name) => !CLAIMS.includes(name));
  if (unknown !== undefined) throw new ClaimError(`there is no claim "${unknown}": it is one of ${CLAIMS.join(', ')}`);
  const host = hostOf(journey);
  const missing = [claim.by, claim.through].find((place) => place !== undefined && host !== undefined && !hasPlace(host, place));
  if (missing !== undefined) throw new ClaimError(`this node has no ${missing}`);
  const why = impossible(claim, host);
  if (why !== undefined) throw new ClaimError(why);
};

/** @throws ClaimError where the packet's way was not followed to its end: neither yes nor no is true then. */
const checkEnd = (journey: Journey, wanted: string): void => {
  const { kind } = journey.outcome;
  if (kind !== 'not-modelled' && kind !== 'held') return;
  throw new ClaimError(`whether the packet is ${wanted} is not known: it was ${ended(journey)}; this is its way:\n${wayOf(journey)}`);
};

/** Whether a packet ended so, as claimed; where not, the message shows the way that it took. */
const judge = (journey: Journey, wanted: string, ends: (outcome: Journey['outcome']) => boolean, claim: Claim): Verdict => {
  checkJourney(journey);
  checkClaim(journey, claim);
  const right = ends(journey.outcome);
  if (!right) checkEnd(journey, wanted);
  const wrong = [...(right ? [] : [`it was ${ended(journey)}`]), ...disagreements(journey, claim)];
  const told = Object.entries(claim).map(([name, value]) => `${name} ${String(value)}`);
  return {
    pass: wrong.length === 0,
    message: () =>
      [
        `expected the packet ${wrong.length === 0 ? 'not ' : ''}to be ${[wanted, ...told].join(', ')}`,
        ...(wrong.length === 0 ? [] : [`but ${wrong.join(', and ')}; this is its way:`]),
        wayOf(journey),
      ].join('\n'),
  };
};

/** Each takes a `Journey`, as `TestNode.send` and `run` give it, and a claim. */
export const matchers = {
  toBeDelivered: (journey: Journey, claim: Claim = {}): Verdict =>
    judge(journey, 'delivered to the node', ({ kind }) => kind === 'delivered', claim),
  toBeForwarded: (journey: Journey, claim: Claim = {}): Verdict =>
    judge(journey, 'forwarded', ({ kind }) => kind === 'forwarded', claim),
  toBeSent: (journey: Journey, claim: Claim = {}): Verdict => judge(journey, 'sent', ({ kind }) => kind === 'sent', claim),
  toBeDropped: (journey: Journey, claim: Claim = {}): Verdict =>
    judge(journey, 'dropped', ({ kind }) => kind === 'dropped', claim),
  toBeRejected: (journey: Journey, claim: Claim = {}): Verdict =>
    judge(journey, 'rejected', (outcome) => outcome.kind === 'dropped' && /^(?:nft-)?rejected$/.test(outcome.reason.kind), claim),
  toBeHeld: (journey: Journey, claim: Claim = {}): Verdict => judge(journey, 'held', ({ kind }) => kind === 'held', claim),
};
