/*
 * 2. A connection.
 *
 * What packets leave behind is a state of its own. The reply finds the entry of the query in it, and is
 * translated back without a look at the rules.
 */
import assert from 'node:assert/strict';
import { arriving, newHostState, parsePacket, printTable, seededChance, send } from '@nodelocal/netfilter-sim';
import { lessonNode } from './lesson-node.ts';

const host = lessonNode();
const chance = seededChance(1);
const fromPod = (text: string) => arriving(parsePacket(text).packet, 'cali5f3c9a1e0d2');
const fromOutside = (text: string) => arriving(parsePacket(text).packet, 'eth0');

// kube-dns-upstream is a service like any other: the nat table chooses a CoreDNS pod for it.
const empty = newHostState();
const query = send(host, empty, fromPod('pod: udp 192.168.82.65:40000 > 10.96.248.93:53'), chance);
const backend = query.journey.packet.dst;
assert.ok(['192.168.195.131', '192.168.196.4'].includes(backend));

const reply = send(host, query.state, fromOutside(`eth0: udp ${backend}:53 > 192.168.82.65:40000`), chance);
assert.equal(reply.journey.packet.src, '10.96.248.93');

// The world is a value: the state before the query is still empty.
assert.deepEqual(printTable(empty.conntrack, empty.now), []);
assert.equal(printTable(reply.state.conntrack, reply.state.now).length, 1);
