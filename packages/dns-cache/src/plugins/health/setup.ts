import type { Endpoint } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { lastOf, refuseBody, takeArguments, takeDuration, takeEndpoint, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface HealthValue {
  readonly endpoint: Endpoint;
  /** How long to go on answering once the process is to stop. */
  readonly lameduckMs: number;
  readonly position: Position;
}

const readLameduck = (option: Entry): number => {
  if (option.name.text !== 'lameduck') throw unknownOption(option.name, 'health', ['lameduck']);
  refuseBody(option);
  const [duration = option.name] = takeArguments(option, 1, 1, 'write lameduck DURATION');
  return takeDuration(duration, 'the lameduck duration');
};

/** `health [ADDRESS] { lameduck DURATION }`; of several lines the last counts (CoreDNS plugin/health/setup.go). */
export const setup = ({ entries }: Written): HealthValue => {
  const values = entries.map((entry): HealthValue => {
    const [address] = takeArguments(entry, 0, 1);
    return {
      endpoint: address === undefined ? { address: '', port: 8080 } : takeEndpoint(address),
      lameduckMs: entry.body.map(readLameduck).at(-1) ?? 0,
      position: address ?? entry.name,
    };
  });
  return lastOf(values);
};
