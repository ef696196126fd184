import type { Endpoint } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { onlyOnce, refuseBody, takeArguments, takeEndpoint, takeInteger, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface PprofValue {
  readonly endpoint: Endpoint;
  readonly blockRate: number;
  readonly position: Position;
}

const readBlockRate = (option: Entry): number => {
  if (option.name.text !== 'block') throw unknownOption(option.name, 'pprof', ['block']);
  refuseBody(option);
  const [rate] = takeArguments(option, 0, 1, 'write block [RATE]');
  return rate === undefined ? 1 : takeInteger(rate, 'the rate');
};

/** `pprof [ADDRESS] { block [RATE] }` (CoreDNS plugin/pprof/setup.go). */
export const setup = ({ entries }: Written): PprofValue => {
  const entry = onlyOnce(entries);
  const [address] = takeArguments(entry, 0, 1);
  return {
    endpoint: address === undefined ? { address: 'localhost', port: 6053 } : takeEndpoint(address),
    blockRate: entry.body.map(readBlockRate).at(-1) ?? 0,
    position: address ?? entry.name,
  };
};
