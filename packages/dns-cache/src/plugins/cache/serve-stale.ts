import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { takeArguments, takeDuration } from '../../directive/arguments.ts';
import { STALE_MS_DEFAULT, STALE_RECHECK_MS_MAX } from '../../engine/limits.ts';
import type { StalePolicy } from '../../engine/stale.ts';

const takePositive = (token: Token, what: string): number => {
  const ms = takeDuration(token, what);
  if (ms < 0) throw new CorefileError(token, `invalid negative duration for serve_stale: ${token.text}`);
  return ms;
};

const readTtl = (token: Token | undefined): number => {
  if (token === undefined) return 0;
  const ms = takePositive(token, 'the TTL of stale answers');
  if (ms % 1000 !== 0) throw new CorefileError(token, `not whole seconds: '${token.text}'`, 'a TTL counts in seconds');
  return ms / 1000;
};

const readRecheck = (token: Token | undefined): number => {
  if (token === undefined) return 0;
  const ms = takePositive(token, 'the recheck time');
  if (ms > STALE_RECHECK_MS_MAX) throw new CorefileError(token, 'the recheck time can not be over 5 minutes', 'RFC 8767 §5');
  return ms;
};

const USAGE =
  'write serve_stale [DURATION [immediate [RESPONSE_TTL [RECHECK]] | verify [TIMEOUT [RESPONSE_TTL [RECHECK]]]]]';

/** `serve_stale [DURATION [MODE ...]]`; of several the last counts (CoreDNS plugin/cache/setup.go). */
export const readServeStale = (entry: Entry): StalePolicy => {
  const [duration, mode, ...rest] = takeArguments(entry, 0, 5, USAGE);
  const upToMs = duration === undefined ? STALE_MS_DEFAULT : takePositive(duration, 'the stale duration');
  const common = { upToMs, preferPositive: false };
  switch (mode?.text.toLowerCase()) {
    case undefined:
      return { ...common, mode: { kind: 'immediate' }, ttlSeconds: 0, recheckMs: 0 };
    case 'immediate': {
      const [ttl, recheck, surplus] = rest;
      if (surplus !== undefined) throw new CorefileError(surplus, "too many arguments for 'serve_stale immediate'", USAGE);
      return { ...common, mode: { kind: 'immediate' }, ttlSeconds: readTtl(ttl), recheckMs: readRecheck(recheck) };
    }
    case 'verify': {
      const [timeout, ttl, recheck] = rest;
      const timeoutMs = timeout === undefined ? 0 : takePositive(timeout, 'the verify timeout');
      return { ...common, mode: { kind: 'verify', timeoutMs }, ttlSeconds: readTtl(ttl), recheckMs: readRecheck(recheck) };
    }
    default:
      throw new CorefileError(mode ?? entry.name, `invalid value for serve_stale refresh mode: ${mode?.text ?? ''}`, USAGE);
  }
};

/** `serve_stale_policy prefer_positive`, once, and only beside `serve_stale`. */
export const requireServeStale = (policies: readonly Entry[], stale: StalePolicy | undefined): StalePolicy => {
  const [first, second] = policies;
  if (first === undefined) throw new RangeError('no serve_stale_policy');
  if (second !== undefined) throw new CorefileError(second.name, "'serve_stale_policy' can only be used once");
  const [policy = first.name] = takeArguments(first, 1, 1, 'write serve_stale_policy prefer_positive');
  if (policy.text.toLowerCase() !== 'prefer_positive') {
    throw new CorefileError(policy, `unknown policy '${policy.text}'`, 'the only one is prefer_positive');
  }
  if (stale === undefined) throw new CorefileError(first.name, "'serve_stale_policy' needs 'serve_stale'");
  return { ...stale, preferPositive: true };
};
