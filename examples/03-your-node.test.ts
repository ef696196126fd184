/*
 * 3. From a node's dump to a test.
 *
 * A folder with what the node's own tools print is that node. `capture-node.sh`, which comes with the package, writes one;
 * of the files only `iptables-save.txt` is needed.
 */
import { fileURLToPath } from 'node:url';
import { nodeFrom } from '@nodelocal/netfilter-sim/node';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../packages/scenarios/nodes/lesson', import.meta.url));
const node = nodeFrom(folder);

test('a pod that asks the cluster DNS is answered on its own node, and nothing is tracked', () => {
  const asked = testNode(node).send('cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53');
  expect(asked).toBeDelivered({ untracked: true, socket: 'open', through: 'raw PREROUTING rule 1' });
});

test('another port of the same Service is not for the cache', () => {
  expect(testNode(node).send('cali5f3c9a1e0d2: tcp 192.168.82.65:40000 > 10.96.0.10:9153')).not.toBeDelivered({ untracked: true });
});

// What the files lack is said, never guessed: this folder has no local routing table.
test('the folder is complete', () => {
  expect(node.notes).toEqual([]);
});
