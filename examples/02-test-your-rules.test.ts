/*
 * 2. Rules under test.
 *
 * With the matchers a test says what becomes of a packet and which rule decided; where it is wrong, it shows the packet's way.
 */
import { readNode } from '@nodelocal/netfilter-sim';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { expect, test } from 'vitest';

const rules = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.0.1.0/24 -p udp -m udp --dport 53 -j ACCEPT
COMMIT
`;
const devices = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <UP> mtu 1500
    inet 10.0.1.1/24 scope global eth0
`;
const node = testNode(readNode({ folder: 'node', contents: { 'iptables-save.txt': rules, 'ip-addr.txt': devices } }));

test('who is near may ask for names', () => {
  expect(node.send('eth0: udp 10.0.1.9:40000 > 10.0.1.1:53')).toBeDelivered({ by: 'filter INPUT rule 3' });
});

// What must not work is the better half of such tests: it is what nobody notices.
test('nothing else is let in', () => {
  expect(node.send('eth0: tcp 10.0.1.9:40000 > 10.0.1.1:22')).toBeDropped({ by: 'filter INPUT policy' });
  expect(node.send('eth0: udp 192.0.2.9:40000 > 10.0.1.1:53')).not.toBeDelivered();
});

// What packets leave behind stays for the next: an answer is let in because of its question.
test('answers are let in, but not before somebody asked', () => {
  const answer = 'eth0: udp 192.0.2.53:53 > 10.0.1.1:5000';
  expect(node.send(answer)).toBeDropped();
  expect(node.send('local: udp 10.0.1.1:5000 > 10.0.1.53:53')).toBeSent();
  expect(node.send('eth0: udp 10.0.1.53:53 > 10.0.1.1:5000')).toBeDelivered({ by: 'filter INPUT rule 2' });
});

test('a test that is wrong says which way the packet took', () => {
  const wrong = () => expect(node.send('eth0: tcp 10.0.1.9:1 > 10.0.1.1:80')).toBeDelivered();
  expect(wrong).toThrow(/expected the packet to be delivered to the node\nbut it was dropped by the policy of filter INPUT; this is its way:/);
});
