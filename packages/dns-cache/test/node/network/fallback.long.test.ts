import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import { backendOf, networkIn } from '../support/network.ts';

/** A pod and kube-dns behind a node, with kube-proxy's DNAT for the cluster address. */
const CLUSTER = `
ip netns add pod; ip netns add dns
ip link add name vpod type veth peer name eth0 netns pod; ip link add name vdns type veth peer name eth0 netns dns
ip addr add 10.244.0.1/32 dev lo; ip link set vpod up; ip link set vdns up
ip route add 10.244.1.5 dev vpod src 10.244.0.1; ip route add 10.244.0.9 dev vdns src 10.244.0.1
for part in pod:10.244.1.5 dns:10.244.0.9; do
  name=\${part%%:*}; ip -n $name addr add \${part#*:}/24 dev eth0; ip -n $name link set eth0 up; ip -n $name link set lo up
  ip -n $name route replace 10.244.0.1 dev eth0; ip -n $name route add default via 10.244.0.1
done
echo 1 > /proc/sys/net/ipv4/ip_forward
iptables-nft -t nat -A PREROUTING -d 10.96.0.10 -p udp --dport 53 -j DNAT --to-destination 10.244.0.9:53
`;

/** Answers with its name: at once, or what says "slow" when the file is there. */
const server = (address: string, name: string): string => `exec python3 -c "
import os, socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('${address}', 53)); print(1, flush=True)
while True:
    said, who = s.recvfrom(99)
    while said == b'slow' and not os.path.exists('/run/go'): time.sleep(0.02)
    s.sendto(b'${name}', who)
"`;

/** A process of the pod that asks slowly, and another that asks in between. */
const ask = (text: string): string => `ip netns exec pod python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(4); s.connect(('10.96.0.10', 53)); s.send(b'${text}')
print('asked', flush=True)
try: print(s.recv(99).decode(), flush=True)
except OSError as error: print(error, flush=True)
"`;

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`a pod’s queries${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const answerTo = (text: string): string => node.shell(ask(text)).split('\n')[1] ?? '';
  const started = (script: string): Promise<ReturnType<NodeNamespace['background']>> => {
    const child = node.background(script);
    return new Promise((resolve) => child.stdout?.once('data', () => resolve(child)));
  };

  it.each([
    ['iptables', backendOf('nft')],
    ['nftables', { kind: 'nftables', program: 'nft', lifetimeSeconds: 60 }],
  ] as const)('go to kube-dns from the moment that nothing diverts, while an answer under way still comes: %s', async (_, backend) => {
    node.shell(CLUSTER);
    const { network } = networkIn(node, { backend });
    await network.ensureLink();
    await started(`exec ip netns exec dns sh -c '${server('10.244.0.9', 'kube-dns').replaceAll("'", String.raw`'\''`)}'`);
    await started(server('10.96.0.10', 'agent'));
    expect(answerTo('now')).toBe('kube-dns');
    await network.ensureRules();
    expect(answerTo('now')).toBe('agent');

    const slow = await started(ask('slow'));
    await network.stopDiverting();
    expect(answerTo('now')).toBe('kube-dns');
    const answer = new Promise((resolve) => slow.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim())));
    node.shell('touch /run/go');
    expect(await answer).toBe('agent');

    expect(await network.remove()).toMatchObject({ kind: 'removed', link: 'link' });
    expect(answerTo('now')).toBe('kube-dns');
  });
});
