import type { CommandFailure } from '../command.ts';
import { failureText } from '../command.ts';
import type { Report } from './report.ts';

/** Where in its texts node-cache says what it was about. */
type Doing = 'checking' | 'appending' | 'deleting';

/**
 * As node-cache counts and logs it, a rule at a time: what watches its log and its counters sees what it is used to. A command that
 * waited in vain did so once for all of them.
 * @param before what precedes the rule's name in the log
 * @returns the error, once
 */
export const reportFailure = ({ log, count }: Report, before: string, names: readonly string[], doing: Doing, failure: CommandFailure): string => {
  const said = `error ${doing} rule: ${failureText(failure)}`;
  const told = failure.kind === 'failed' || failure.kind === 'missing' ? names : names.slice(0, 1);
  for (const name of told) log(`[ERROR] ${before} ${name}, error - ${said}`);
  count({ kind: 'setup-error', errortype: failure.kind === 'lock-held' ? 'iptables_lock' : 'iptables', times: told.length });
  return said;
};
