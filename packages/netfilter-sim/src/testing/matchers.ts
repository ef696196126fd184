import { describeTrace } from '../trace/person.ts';
import { dispositionSentence } from '../trace/sentence.ts';
import type { Journey } from '../walk/run.ts';
import { disagreements } from './claim.ts';
import type { Claim } from './claim.ts';

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

const ended = ({ outcome }: Journey): string =>
  outcome.kind === 'held' ? `held in queue ${outcome.queue}` : dispositionSentence(outcome);

/** Whether a packet ended so, as claimed; where not, the message shows the way that it took. */
const judge = (journey: Journey, wanted: string, ends: (outcome: Journey['outcome']) => boolean, claim: Claim): Verdict => {
  const right = ends(journey.outcome);
  const wrong = [...(right ? [] : [`it was ${ended(journey)}`]), ...disagreements(journey, claim)];
  const told = Object.entries(claim).map(([name, value]) => `${name} ${String(value)}`);
  return {
    pass: wrong.length === 0,
    message: () =>
      [
        `expected the packet ${wrong.length === 0 ? 'not ' : ''}to be ${[wanted, ...told].join(', ')}`,
        ...(wrong.length === 0 ? [] : [`but ${wrong.join(', and ')}; this is its way:`]),
        ...describeTrace(journey.trace).map((line) => `  ${line}`),
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
};
