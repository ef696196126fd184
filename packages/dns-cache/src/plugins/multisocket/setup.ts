import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import { onlyOnce, refuseBody, takeArguments, takeInteger } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface MultisocketValue {
  readonly threads: number;
  readonly position: Position;
}

const THREADS_MAX = 1024;

/** `multisocket [NUM_SOCKETS]`, as many as there are processors unless it says how many (CoreDNS plugin/multisocket/multisocket.go). */
export const setup = ({ entries, machine }: Written): MultisocketValue => {
  const entry = onlyOnce(entries);
  refuseBody(entry);
  const [number] = takeArguments(entry, 0, 1, 'write multisocket [NUM_SOCKETS]');
  if (number === undefined) return { threads: machine.processors, position: entry.name };
  const threads = takeInteger(number, 'the number of sockets');
  if (threads < 1) throw new CorefileError(number, `num sockets can not be zero or negative: ${threads}`);
  if (threads > THREADS_MAX) throw new CorefileError(number, `num sockets exceeds maximum (${THREADS_MAX}): ${threads}`);
  return { threads, position: entry.name };
};
