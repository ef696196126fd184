import { durationText } from '../../corefile/duration.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { readInteger, refuseBody, takeArguments, takeDuration, takeInteger, unknownOption } from '../../directive/arguments.ts';
import type { Timeouts } from '../../plugin/timeouts.ts';
import { DEFAULT_TIMEOUTS } from '../../plugin/timeouts.ts';
import type { Written } from '../../plugin/written.ts';

const TIMEOUT_MS_MIN = 1000;
const TIMEOUT_MS_MAX = 24 * 3_600_000;

/** A number without a unit counts seconds (CoreDNS plugin/pkg/durations). */
const readTimeout = (option: Entry): number => {
  const [token = option.name] = takeArguments(option, 1, 1, `write ${option.name.text} DURATION`);
  const seconds = readInteger(token);
  const ms = seconds === undefined ? takeDuration(token, 'the timeout') : seconds * 1000;
  if (ms < TIMEOUT_MS_MIN || ms > TIMEOUT_MS_MAX) {
    const reason = `timeout provided '${durationText(ms)}' needs to be between 1 second and 24 hours`;
    throw new CorefileError(token, reason);
  }
  return ms;
};

const readQueriesMax = (option: Entry): number | undefined => {
  const [token = option.name] = takeArguments(option, 1, 1, 'write maxtcpqueries N');
  const count = takeInteger(token, 'the number of queries');
  if (count === -1) return undefined;
  if (count < 1) throw new CorefileError(token, `maxtcpqueries cannot be ${count}`, 'give at least 1, or -1 for any');
  return count;
};

const applyOption = (value: Timeouts, option: Entry): Timeouts => {
  refuseBody(option);
  switch (option.name.text) {
    case 'read':
      return { ...value, readMs: readTimeout(option) };
    case 'write':
      return { ...value, writeMs: readTimeout(option) };
    case 'idle':
      return { ...value, idleMs: readTimeout(option) };
    case 'maxtcpqueries':
      return { ...value, queriesMax: readQueriesMax(option) };
    default:
      throw unknownOption(option.name, 'timeouts', ['read', 'write', 'idle', 'maxtcpqueries']);
  }
};

/** `timeouts { read, write, idle, maxtcpqueries }`; several lines add up (CoreDNS plugin/timeouts/timeouts.go). */
export const setup = ({ entries }: Written): Timeouts =>
  entries.reduce((value, entry) => {
    takeArguments(entry, 0, 0);
    if (entry.body.length === 0) {
      throw new CorefileError(entry.name, 'timeouts block with no timeouts specified', 'write for example idle 30s');
    }
    return entry.body.reduce(applyOption, value);
  }, DEFAULT_TIMEOUTS);
