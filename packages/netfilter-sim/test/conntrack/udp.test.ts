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

it('answers the first reply as ESTABLISHED and lives on from it', () => {
  const node = lab(rules({ filter: ['-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A FORWARD -m conntrack --ctstate NEW -j ACCEPT'] }));
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:2']);
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:2']);
  expect(node.marks(node.send(REPLY))).toEqual(['filter:FORWARD:rule:1']);
  expect(node.marks(node.send(QUERY))).toEqual(['filter:FORWARD:rule:1']);
});
