import {
  address, addressFromBits, advance, arriving, atMs, daysSinceEpoch, drawSchedule, flightFrom, getRoute, interleavings, kernelVersion, leaving, loadNftables, milliseconds,
  newRaceWorld, parseIpSets, parsePacket, parseRuleSet, port, prefixMask, prefixOf, readAddress, readConntrack, readNftables, readNode, readPrefix, readSchedule, restoreInto, run, runSchedule, seconds, seededChance,
  withAddresses,
} from '@nodelocal/netfilter-sim';
import type { Ipv4, KernelVersion } from '@nodelocal/netfilter-sim';
import { ruleSets, schedules, traffic } from '@nodelocal/netfilter-sim/fast-check';
import { parseJson } from '@nodelocal/netfilter-sim/json';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { expect, it } from 'vitest';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const { host, state } = readNode({ folder: 'node', contents: { 'iptables-save.txt': RULES } });
const TO_SELF = { destination: address('127.0.0.1') as Ipv4, mark: 0, tos: 0 };
const flight = () => flightFrom(host, 'local: udp 127.0.0.1:1 > 127.0.0.1:2', { kind: 'unknown' });

it.each<[message: string, call: () => unknown]>([
  ['not a port: 99999', () => port(99_999)],
  ['not an IP address: 10.0.0', () => address('10.0.0')],
  ['not the number of an ipv4 address: 4294967296', () => addressFromBits('ipv4', 2n ** 32n)],
  ['not an IP address: undefined', () => address(undefined as never)],
  ['not the number of an ipv4 address: 1.5', () => addressFromBits('ipv4', 1.5 as never)],
  ['the length of a prefix is a whole number from 0 to 32, not 33', () => prefixMask('ipv4', 33)],
  ['the length of a prefix is a whole number from 0 to 128, not -1', () => prefixMask('ipv6', -1)],
  ['a time is a number of milliseconds, not NaN', () => atMs(Number.NaN)],
  ['a time is a number of milliseconds, not undefined', () => milliseconds(undefined as never)],
  ['a time is a number of seconds, not 5', () => seconds('5' as never)],
  ['month is a whole number from 1 to 12, not 13', () => daysSinceEpoch({ year: 2026, month: 13, day: 1 })],
  ['day is a whole number from 1 to 31, not 0', () => daysSinceEpoch({ year: 2026, month: 1, day: 0 })],
  ['the length of a prefix is a whole number from 0 to 32, not 33', () => prefixOf(address('10.0.0.1'), 33)],
  ['not a release of Linux: six (write it like 6.18)', () => kernelVersion('six')],
  [`a release of Linux is what kernelVersion('6.18') gives, not "4.18"`, () => readNode({ folder: 'node', contents: { 'iptables-save.txt': RULES } }, { kernelVersion: JSON.parse('"4.18"') as KernelVersion })],
  ['a seed is a whole number from -9007199254740991 to 9007199254740991, not NaN', () => seededChance(Number.NaN)],
  ['the host has no device "eth0": it has lo', () => run(host, state, arriving(parsePacket('eth0: udp 10.0.0.1:1 > 10.0.0.2:2').packet, 'eth0'), seededChance(1))],
  ['a turn of packet 3, in a race of 2: lanes are counted from 0', () => runSchedule(host, newRaceWorld(state, [flight(), flight()]), [0, 2])],
  ['a turn of packet 3, in a race of 1: lanes are counted from 0', () => advance(host, newRaceWorld(state, [flight()]), 2, { ...seededChance(1), drawn: [] })],
  ['counts[1] is a whole number from 0 to 9007199254740991, not -1', () => interleavings([1, -1])],
  ['packets is a whole number from 1 to 9007199254740991, not NaN', () => drawSchedule([], Number.NaN)],
  ['mark is a whole number from 0 to 4294967295, not -1', () => leaving(flight().packet, { origin: 'socket', owner: { kind: 'unknown' }, mark: -1 })],
  ['mark is a whole number from 0 to 4294967295, not NaN', () => getRoute(host, { ...TO_SELF, mark: Number.NaN })],
  ['tos is a whole number from 0 to 255, not 256', () => getRoute(host, { ...TO_SELF, tos: 256 })],
  ['device is a name of 1 to 15 octets without a blank, a slash or a colon, not ""', () => withAddresses(host, '', [])],
  ['device is a name of 1 to 15 octets without a blank, a slash or a colon, not "nodelocaldns-test"', () => withAddresses(host, 'nodelocaldns-test', [])],
  ['maxRules is a whole number from 0 to 2147483647, not -1', () => ruleSets({ maxRules: -1 })],
  ['maxTurns is a whole number from 0 to 2147483647, not 1.5', () => schedules(2, { maxTurns: 1.5 })],
  ['minPackets is a whole number from 0 to 2147483647, not -1', () => traffic({ minPackets: -1 })],
  ['maxPackets is a whole number from 3 to 2147483647, not 2', () => traffic({ minPackets: 3, maxPackets: 2 })],
  ['a test waits for 0 seconds or more, not -1', () => testNode({ host, state }).wait(-1)],
])('what a caller got wrong is said: %s', (message, call) => {
  expect(call).toThrow(new RangeError(message));
});

it.each<[message: string, call: (octets: never) => unknown]>([
  ['text is a text, not a Buffer', (octets) => parseRuleSet(octets)],
  ['text is a text, not a Buffer', (octets) => restoreInto(parseRuleSet(RULES), octets, { file: 'rules' })],
  ['text is a text, not a Buffer', (octets) => parseIpSets(octets)],
  ['contents is a text, not a Buffer', (octets) => readNftables('ruleset', octets)],
  ['text is a text, not a Buffer', (octets) => loadNftables(readNftables('ruleset', ''), octets, { file: 'ruleset' })],
  ['contents is a text, not a Buffer', (octets) => readConntrack('conntrack.txt', octets, { translated: false })],
  ['text is a text, not a Buffer', (octets) => parseJson('ip-addr.json', octets)],
  ['text is a text, not a Buffer', (octets) => parsePacket(octets)],
  ['node/iptables-save.txt is a text, not a Buffer', (octets) => readNode({ folder: 'node', contents: { 'iptables-save.txt': octets } })],
  ['text is a text, not a Buffer', (octets) => readSchedule(octets)],
  ['text is a text, not null', () => readAddress(null as never)],
  ['text is a text, not undefined', () => readPrefix(undefined as never)],
  ['text is a text, not undefined', () => parseRuleSet(undefined as never)],
  ['text is a text, not a number', () => parsePacket(7 as never)],
])('a file read without its encoding is no text: %s', (message, call) => {
  expect(() => call(Buffer.from(RULES) as never)).toThrow(new TypeError(message));
});

it('a rule set without a name is iptables-save’s, of IPv4', () => {
  expect(parseRuleSet(RULES).family).toBe('ipv4');
  expect(() => parseRuleSet('*filter\n-A NONE\n')).toThrow(/^iptables-save:2:/);
});
