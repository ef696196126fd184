import { InvalidArgumentError, Option } from 'commander';
import type { ResolverName } from '../scenario/client.ts';
import { RESOLVER_NAMES } from '../scenario/client.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a scenario is changed by on the command line. */
export interface Changes {
  readonly resolver?: ResolverName;
}

export const resolverOption = (): Option => new Option('--resolver <name>', 'what all clients look names up with; left out: what the scenario says').choices(RESOLVER_NAMES);

export const changed = (scenario: Scenario, { resolver }: Changes): Scenario =>
  resolver === undefined ? scenario : { ...scenario, clients: scenario.clients.map((client) => ({ ...client, resolver })) };

export const readRate = (text: string): number => {
  const rate = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && rate > 0 && rate <= 1e9) return rate;
  throw new InvalidArgumentError('a rate is a number of lookups in a second, more than 0.');
};
