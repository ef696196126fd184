import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Token } from '../../corefile/lexer.ts';
import { firstOf, refuseBody, takeArguments, takeDuration } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface ReloadValue {
  readonly intervalMs: number;
  /** The interval is drawn anew for each load, so much about `intervalMs` as half of this. */
  readonly jitterMs: number;
  readonly position: Position;
}

const INTERVAL_MS_MIN = 2000;
const INTERVAL_MS_DEFAULT = 30_000;
const JITTER_MS_MIN = 1000;
const JITTER_MS_DEFAULT = 15_000;

const readInterval = (token: Token | undefined): number => {
  if (token === undefined) return INTERVAL_MS_DEFAULT;
  const ms = takeDuration(token, 'the interval');
  if (ms < INTERVAL_MS_MIN) throw new CorefileError(token, 'interval value must be greater or equal to 2s');
  return ms;
};

const readJitter = (token: Token | undefined): number => {
  if (token === undefined) return JITTER_MS_DEFAULT;
  const ms = takeDuration(token, 'the jitter');
  if (ms !== 0 && ms < JITTER_MS_MIN) {
    throw new CorefileError(token, 'jitter value must be greater or equal to 1s', 'or 0s for none');
  }
  return ms;
};

/** `reload [INTERVAL] [JITTER]`; of several lines the first counts (CoreDNS plugin/reload/setup.go). */
export const setup = ({ entries }: Written): ReloadValue => {
  const entry = firstOf(entries);
  refuseBody(entry);
  const [interval, jitter] = takeArguments(entry, 0, 2, 'write reload [INTERVAL] [JITTER]');
  const intervalMs = readInterval(interval);
  return { intervalMs, jitterMs: Math.min(readJitter(jitter), intervalMs / 2), position: entry.name };
};
