/*
 * 3. NOTRACK.
 *
 * The whole trick of NodeLocal DNSCache: an untracked packet is not translated, so routing sees the
 * cluster IP itself, which is an address of the node.
 */
import assert from 'node:assert/strict';
import { address, arriving, kernelMarks, newHostState, parsePacket, run, seededChance } from '@nodelocal/netfilter-sim';
import { applySetting } from '@nodelocal/scenarios';
import { lessonNode } from './lesson-node.ts';

const clusterIp = address('10.96.0.10');
const ask = (notrackRules: boolean, clusterIpBound: boolean) => {
  const host = applySetting(lessonNode(), { notrackRules, clusterIpBound }, clusterIp);
  const flight = arriving(parsePacket('pod: udp 192.168.82.65:40000 > 10.96.0.10:53').packet, 'cali5f3c9a1e0d2');
  // As `-j TRACE` in front of all other rules would have it.
  flight.traced = true;
  return run(host, newHostState(), flight, seededChance(1));
};

assert.deepEqual(ask(true, true).outcome, { kind: 'delivered', socket: 'open' });
assert.deepEqual(kernelMarks(ask(true, true).trace), [
  'raw:PREROUTING:rule:1',
  'raw:PREROUTING:policy:5',
  'mangle:PREROUTING:policy:1',
  'mangle:INPUT:policy:1',
  'filter:INPUT:rule:1',
]);

// The address alone is not enough: nat comes before routing.
assert.notEqual(ask(false, true).packet.dst, clusterIp);
// The rules alone are worse than nothing: nobody out there has that address.
assert.deepEqual(ask(true, false).outcome, { kind: 'forwarded', device: 'eth0' });
assert.equal(ask(true, false).packet.dst, clusterIp);
