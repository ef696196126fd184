import { CorefileError } from '../../corefile/error.ts';
import { refuseBody, takeArguments, takeDuration } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** Milliseconds. */
export type CancelValue = number;

/** Clients give up after 5 seconds; a moment later (CoreDNS plugin/cancel/cancel.go). */
const TIMEOUT_MS_DEFAULT = 5001;

/** `cancel [TIMEOUT]`; of several lines the last counts (CoreDNS plugin/cancel/cancel.go). */
export const setup = ({ entries }: Written): CancelValue =>
  entries.reduce((_before, entry) => {
    refuseBody(entry);
    const [timeout] = takeArguments(entry, 0, 1);
    if (timeout === undefined) return TIMEOUT_MS_DEFAULT;
    const ms = takeDuration(timeout, 'the timeout');
    if (ms <= 0) throw new CorefileError(timeout, `invalid negative duration: '${timeout.text}'`, 'give more than 0');
    return ms;
  }, TIMEOUT_MS_DEFAULT);
