import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import { backendOf, networkIn } from '../support/network.ts';

let node: NodeNamespace;

/** Asks an echo server at the address over UDP and a TCP one at the health port, as a process of the node. */
const ASK = `exec python3 - <<'PY'
import socket, threading
A = ('10.96.0.10', 53); H = ('10.96.0.10', 8080)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(A)
t = socket.socket(); t.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); t.bind(H); t.listen()
def serve():
    while True:
        d, a = u.recvfrom(100)
        u.sendto(d, a)
threading.Thread(target=serve, daemon=True).start()
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.settimeout(0.5)
try:
    c.sendto(b'x', A); c.recvfrom(9); print('dns')
except OSError as e: print('no dns')
h = socket.socket(); h.settimeout(0.5)
try:
    h.connect(H); print('health')
except OSError as e: print('no health')
PY`;

describe.skipIf(whyNoNode !== undefined)(`a firewall that drops the rest${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  it.each([
    ['policy DROP', 'iptables-nft -P INPUT DROP; iptables-nft -P OUTPUT DROP'],
    ['a last rule', 'iptables-nft -A INPUT -j REJECT --reject-with icmp-port-unreachable; iptables-nft -A OUTPUT -m comment --comment "all else" -j DROP'],
  ])('lets the node’s own queries and probes through: %s', async (_, rules) => {
    node.shell(`${rules}; iptables-nft -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT; iptables-nft -A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT`);
    const { network } = networkIn(node, { backend: backendOf('nft') });
    await network.ensureLink();
    expect(node.shell(ASK)).toBe('no dns\nno health\n');
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(node.shell(ASK)).toBe('dns\nhealth\n');
    expect(await network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
    const filter = node.shell('iptables-nft-save -t filter').split('\n').filter((line) => line.startsWith('-A OUTPUT'));
    expect(filter[0]).toContain('allow DNS traffic');
    expect(filter.filter((line) => line.includes('allow node and health traffic'))).toHaveLength(4);
    expect(await network.remove()).toMatchObject({ kind: 'removed', rules: 20 });
  });

  it('that lets all through again makes the additional rules go', async () => {
    node.shell('iptables-nft -P OUTPUT DROP');
    const { network } = networkIn(node);
    await network.ensureRules();
    node.shell('iptables-nft -P OUTPUT ACCEPT');
    const outcome = await network.ensureRules();
    expect(outcome.kind === 'mended' ? outcome.stale : []).toHaveLength(4);
    expect(node.shell('iptables-nft-save')).not.toContain('allow node');
  });
});
