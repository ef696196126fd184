import type { FleetPlan, PreflightPlan, Scenario } from '@nodelocal/scenarios';
import { createFleetWorld, doctor, FLEET_DEFAULTS, LESSON_SCENARIO, play, preflight, readCapture, runNode, zipf } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { planOf } from './fleet/plan.ts';
import { inputsOf } from './support/lesson.ts';

const NODE: PreflightPlan = {
  snapshot: { folder: 'node', contents: {} },
  transactions: [],
  addresses: ['169.254.20.10' as PreflightPlan['addresses'][number]],
  device: 'nodelocaldns',
  dnsPort: 53,
  healthPort: 8080,
  pods: [],
};
const fleet = (changes: Partial<FleetPlan>) => createFleetWorld(planOf(changes));
const SCENARIO: Scenario = { ...LESSON_SCENARIO, name: 'lesson', question: 'Does it count?', expect: 'It is refused.' };
const played = (seed: number, rates?: readonly number[]) => play('lesson', SCENARIO, inputsOf(SCENARIO), seed, rates);

it.each<[message: string, call: () => unknown]>([
  ['a seed is a whole number from -9007199254740991 to 9007199254740991, not 1.5', () => played(1.5)],
  ['rates[1] is a number from 0, not -1', () => played(1, [10, -1])],
  ['dnsPort is a whole number from 1 to 65535, not 0', () => preflight({ ...NODE, dnsPort: 0 })],
  ['healthPort is a whole number from 1 to 65535, not NaN', () => doctor({ ...NODE, healthPort: Number.NaN })],
  ['addresses[0] is no IP address: here', () => doctor({ ...NODE, addresses: ['here' as never] })],
  ['addresses are empty: nobody would be asked, and that works on any node', () => preflight({ ...NODE, addresses: [] })],
  ['pods[0].address is no IP address: there', () => preflight({ ...NODE, pods: [{ device: 'cali1', address: 'there' as never }] })],
  ['upstream is no IP address: 10.96.0', () => doctor({ ...NODE, upstream: '10.96.0' as never })],
  ['seed is a whole number from -9007199254740991 to 9007199254740991, not NaN', () => fleet({ seed: Number.NaN })],
  ['nodes is a whole number from 1 to 9007199254740991, not 0', () => fleet({ nodes: 0 })],
  ['podsPerNode is a whole number from 1 to 9007199254740991, not -1', () => fleet({ podsPerNode: -1 })],
  ['lookupsPerSecond is a number from 0.0001, not 0', () => fleet({ lookupsPerSecond: 0 })],
  ['outsideShare is a number from 0 to 1, not 2', () => fleet({ outsideShare: 2 })],
  ['durationMs is 10000, and nothing is left of it behind the warmUpMs of 10000', () => fleet({ durationMs: 10_000 })],
  ['event.lastsMs is a number from 0, not Infinity', () => fleet({ event: { kind: 'outage', what: 'outside', startMs: 0, lastsMs: Infinity, noticedMs: 0 } })],
  ['node is a whole number from 0 to 3, not 4', () => runNode(fleet({}), 4, 'with')],
  ['count is a whole number from 1 to 9007199254740991, not 0', () => zipf(0, FLEET_DEFAULTS.zipf)],
  ['exponent is a number from 0, not NaN', () => zipf(3, Number.NaN)],
])('what a caller got wrong is said: %s', (message, call) => {
  expect(call).toThrow(new RangeError(message));
});

it('a capture that was read as a text is none', () => {
  expect(() => readCapture('dns.pcap', 'text' as never)).toThrow(new TypeError('bytes is a Uint8Array, as readFileSync gives it without an encoding, not string'));
});
