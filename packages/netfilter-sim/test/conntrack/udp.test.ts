import { expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const QUERY = 'pod1: udp 10.244.1.5:1000 > 10.244.2.7:53';
const REPLY = 'eth0: udp 10.244.2.7:53 > 10.244.1.5:1000';

it('keeps a flow for 30 seconds, and a stream of more than two for 120', () => {
  const node = lab(rules({ filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] }));
  const shows = (): string => node.table().map((line) => line.replace(/ src=.*? (\[|src)/, ' $1').replace(/src=.*dport=\d+ ?/, '')).join();
  node.send(QUERY);
  expect(shows()).toBe('udp      17 30 [UNREPLIED] ');
  node.wait(1);
  node.send(REPLY);
  expect(shows()).toBe('udp      17 30 ');
  node.send(QUERY);
  expect(shows()).toBe('udp      17 30 ');
  node.wait(1.1);
  node.send(QUERY);
  expect(shows()).toBe('udp      17 120 [ASSURED]');
  node.wait(120);
  expect(node.table()).toEqual([]);
});

it.each([
  ['4.20', { major: 4, minor: 20 }, '180 [ASSURED]'],
  ['5.0', { major: 5, minor: 0 }, '30 [ASSURED]'],
  ['5.15', { major: 5, minor: 15 }, '30 [ASSURED]'],
  ['5.16', { major: 5, minor: 16 }, '30 '],
])('has on Linux %s of a second answer within two seconds', (_release, kernelVersion, shown) => {
  const node = lab(rules({ filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] }), {}, 1, { kernelVersion });
  for (const packet of [QUERY, QUERY, REPLY, REPLY]) node.send(packet);
  expect(node.table().map((line) => line.replace(/^udp +17 (\d+) .*?dport=1000 ?/, '$1 '))).toEqual([shown]);
});

it('answers the first reply as ESTABLISHED and lives on from it', () => {
  const node = lab(rules({ filter: ['-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A FORWARD -m conntrack --ctstate NEW -j ACCEPT'] }));
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:2']);
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:2']);
  expect(node.marks(node.send(REPLY))).toEqual(['filter:FORWARD:rule:1']);
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:1']);
});
