import { atMs, ruleMatches } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { asSent, askCounts, canAskKernel, PACKETS } from './live/send-raw.ts';
import { ruleOf, world } from './support/context.ts';

/** Slow enough for what comes back within a test to pay for no packet more. */
const RULES = [
  '--hashlimit-upto 100b/s --hashlimit-name a',
  '--hashlimit-above 100b/s --hashlimit-name b',
  '--hashlimit-upto 100b/s --hashlimit-burst 300b --hashlimit-name c',
  '--hashlimit-upto 64b/s --hashlimit-burst 1kb --hashlimit-mode srcip --hashlimit-name d',
  '--hashlimit-upto 2/hour --hashlimit-burst 3 --hashlimit-name e',
  '--hashlimit-upto 2/hour --hashlimit-burst 3 --hashlimit-rate-match --hashlimit-name f',
  '--hashlimit-above 5/min --hashlimit-burst 1 --hashlimit-rate-match --hashlimit-rate-interval 60 --hashlimit-name g',
  '--hashlimit-upto 100b/s --hashlimit-rate-match --hashlimit-rate-interval 60 --hashlimit-name h',
  '--hashlimit-upto 100b/s --hashlimit-burst 200b --hashlimit-rate-match --hashlimit-rate-interval 60 --hashlimit-name i',
].map((options) => `-m hashlimit ${options}`);

const PACKETS_SENT = 20;

describe.skipIf(!canAskKernel('ipv4', ['-m hashlimit --hashlimit-upto 100b/s --hashlimit-name a']))('hashlimit on the live kernel (skipped without root or xt_hashlimit)', () => {
  it('counts so many of twenty packets at once as the model does', { timeout: 60_000 }, () => {
    const packets = PACKETS.ipv4.slice(0, 1).flatMap((packet) => Array.from({ length: PACKETS_SENT }, () => packet));
    const kernel = askCounts('ipv4', RULES, packets);
    const model = RULES.map((text) => {
      const { context } = world();
      const rule = ruleOf(text);
      return packets.filter((wire) => ruleMatches(rule, context({ packet: asSent(wire), now: atMs(0) }), text) === 'match').length;
    });
    expect(RULES.map((rule, at) => [rule, model[at]])).toEqual(RULES.map((rule, at) => [rule, kernel[at]]));
  });
});
