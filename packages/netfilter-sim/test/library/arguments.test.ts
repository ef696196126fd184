import { address, addressFromBits, arriving, flightFrom, kernelVersion, newRaceWorld, parsePacket, parseRuleSet, port, prefixOf, readNode, run, runSchedule, seededChance } from '@nodelocal/netfilter-sim';
import type { KernelVersion } from '@nodelocal/netfilter-sim';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { expect, it } from 'vitest';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const { host, state } = readNode({ folder: 'node', contents: { 'iptables-save.txt': RULES } });
const flight = () => flightFrom(host, 'local: udp 127.0.0.1:1 > 127.0.0.1:2', { kind: 'unknown' });

it.each<[message: string, call: () => unknown]>([
  ['not a port: 99999', () => port(99_999)],
  ['not an IP address: 10.0.0', () => address('10.0.0')],
  ['not the number of an ipv4 address: 4294967296', () => addressFromBits('ipv4', 2n ** 32n)],
  ['the length of a prefix is a whole number from 0 to 32, not 33', () => prefixOf(address('10.0.0.1'), 33)],
  ['not a release of Linux: six (write it like 6.18)', () => kernelVersion('six')],
  [`a release of Linux is what kernelVersion('6.18') gives, not "4.18"`, () => readNode({ folder: 'node', contents: { 'iptables-save.txt': RULES } }, { kernelVersion: JSON.parse('"4.18"') as KernelVersion })],
  ['a seed is a whole number from -9007199254740991 to 9007199254740991, not NaN', () => seededChance(Number.NaN)],
  ['the host has no device "eth0": it has lo', () => run(host, state, arriving(parsePacket('eth0: udp 10.0.0.1:1 > 10.0.0.2:2').packet, 'eth0'), seededChance(1))],
  ['a turn of packet 3, in a race of 2: lanes are counted from 0', () => runSchedule(host, newRaceWorld(state, [flight(), flight()]), [0, 2])],
  ['a test waits for 0 seconds or more, not -1', () => testNode({ host, state }).wait(-1)],
])('what a caller got wrong is said: %s', (message, call) => {
  expect(call).toThrow(new RangeError(message));
});

it('a rule set without a name is iptables-save’s, of IPv4', () => {
  expect(parseRuleSet(RULES).family).toBe('ipv4');
  expect(() => parseRuleSet('*filter\n-A NONE\n')).toThrow(/^iptables-save:2:/);
});
