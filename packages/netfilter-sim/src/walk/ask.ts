import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { end } from './ending.ts';

/** Asks what the node's files did not tell; where nobody answers, the packet's way ends there. */
export const ask = (environment: Environment, flight: Flight, question: string): boolean | 'undecided' => {
  const answer = environment.chance.choose({ kind: 'unknown', what: question });
  if (answer === 'undecided') end(environment, flight, { kind: 'not-modelled', what: question, question });
  return answer;
};
