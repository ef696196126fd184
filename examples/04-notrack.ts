/*
 * 4. NOTRACK.
 *
 * The whole trick of NodeLocal DNSCache: an untracked packet is not translated, so routing sees the cluster IP itself, which is
 * an address of the node. Either half alone does not do it.
 */
import { address, dispositionSentence, flightFrom, newHostState, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import { applySetting } from '@nodelocal/scenarios';
import { readLessonNode } from '@nodelocal/scenarios/cli';

const CLUSTER_IP = address('10.96.0.10');
const { host: whole } = readNode(readLessonNode().snapshot);

for (const notrackRules of [true, false]) {
  for (const clusterIpBound of [true, false]) {
    const host = applySetting(whole, { notrackRules, clusterIpBound }, CLUSTER_IP);
    const query = flightFrom(host, 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53', { kind: 'unknown' });
    const { outcome, packet } = run(host, newHostState(), query, seededChance(1));
    const end = outcome.kind === 'held' ? 'held' : dispositionSentence(outcome);
    console.log(`rules: ${notrackRules ? 'yes' : 'no'}, address: ${clusterIpBound ? 'yes' : 'no'}: ${end}, to ${packet.dst}`);
  }
}
// With the rules alone the query leaves for an address that nobody out there has: worse than nothing.

/* It prints:

rules: yes, address: yes: delivered to a socket of this node, to 10.96.0.10
rules: yes, address: no: forwarded by eth0, to 10.96.0.10
rules: no, address: yes: forwarded by eth0, to 192.168.196.4
rules: no, address: no: forwarded by eth0, to 192.168.196.4
*/
