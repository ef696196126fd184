import type { Endpoint } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { onlyOnce, refuseBody, takeArguments, takeEndpoint, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

type Monitor = 'until-ready' | 'continuously';

export interface ReadyValue {
  readonly endpoint: Endpoint;
  /** Whether a plugin that was ready once is asked again. */
  readonly monitor: Monitor;
  readonly position: Position;
}

const MONITORS: readonly Monitor[] = ['until-ready', 'continuously'];

const readMonitor = (option: Entry): Monitor => {
  if (option.name.text !== 'monitor') throw unknownOption(option.name, 'ready', ['monitor']);
  refuseBody(option);
  const mend = `write monitor ${MONITORS.join(' or monitor ')}`;
  const [word = option.name] = takeArguments(option, 1, 1, mend);
  const found = MONITORS.find((monitor) => monitor === word.text);
  if (found === undefined) throw new CorefileError(word, `unknown monitor type '${word.text}'`, mend);
  return found;
};

/** `ready [ADDRESS] { monitor until-ready|continuously }` (CoreDNS plugin/ready/setup.go). */
export const setup = ({ entries }: Written): ReadyValue => {
  const entry = onlyOnce(entries);
  const [address] = takeArguments(entry, 0, 1);
  return {
    endpoint: address === undefined ? { address: '', port: 8181 } : takeEndpoint(address),
    monitor: entry.body.map(readMonitor).at(-1) ?? 'until-ready',
    position: address ?? entry.name,
  };
};
