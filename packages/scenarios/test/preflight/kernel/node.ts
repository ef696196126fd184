import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import type { NodeSnapshot } from '@nodelocal/netfilter-sim';
import { rulesFor } from '../node.ts';

/** A node to make: what is there before the cache comes. */
export interface LiveNode {
  readonly name: string;
  /** Text for `iptables-legacy-restore`. */
  readonly rules: string;
  /** Commands on the node besides. */
  readonly besides?: string;
  /** Of the cache, for `iptables-legacy-restore --noflush` or `nft -f`; else node-cache's own. */
  readonly transaction?: string;
}

export const ADDRESSES = ['169.254.20.10', '10.96.0.10'] as const;
export const WANTED = ADDRESSES.flatMap((address) => [`udp/${address}/53`, `tcp/${address}/53`]);
export const PROBE = `tcp/${ADDRESSES[0]}/8080`;

export const ECHO_SERVER = fileURLToPath(new URL('./echo-server.mjs', import.meta.url));
export const ASK = fileURLToPath(new URL('./ask.mjs', import.meta.url));
export const CAPTURE_NODE = fileURLToPath(new URL('../../../../netfilter-sim/capture-node.sh', import.meta.url));

/** A pod in a namespace of its own, behind a veth and a route to its one address; a second veth is the uplink. */
export const SET_UP = `set -e
ip link set lo up
unshare --net sleep 60 & pod=$!
trap 'kill $pod' EXIT
while [ "$(readlink /proc/$pod/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip link add cali1 type veth peer name eth0 netns $pod
ip link set cali1 up
ip route add 10.244.1.5 dev cali1
ip link add eth0 type veth peer name far
ip addr add 172.18.0.2/24 dev eth0
ip link set eth0 up; ip link set far up
ip route add default via 172.18.0.1
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.cali1.proxy_arp=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.cali1.rp_filter=0
in_pod() { nsenter -t $pod -n "$@"; }
in_pod ip link set lo up
in_pod ip addr add 10.244.1.5/32 dev eth0
in_pod ip link set eth0 up
in_pod ip route add 169.254.1.1 dev eth0
in_pod ip route add default via 169.254.1.1 dev eth0
in_pod ip neigh add 169.254.1.1 lladdr "$(cat /sys/class/net/cali1/address 2> /dev/null || ip -o link show cali1 | sed 's/.*ether \\([^ ]*\\).*/\\1/')" dev eth0
`;

/** This kernel may have no dummies: one end of a pair that is down is as good. */
const ADD_LINK = `ip link add nodelocaldns type veth peer name other
${ADDRESSES.map((address) => `ip addr add ${address}/32 dev nodelocaldns`).join('\n')}
`;

const run = (script: string, ...words: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync('unshare', ['--net', 'bash', '-c', script, 'node', ...words], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
  });

/** Why this machine does not let a test make such a node; `undefined`: it does. */
export const whyNot = (): string | undefined => {
  const { status, stderr } = run(`${SET_UP}${ADD_LINK}iptables-legacy-save > /dev/null`);
  return status === 0 ? undefined : String(stderr).split('\n')[0] || 'it cannot be made';
};

export interface Seen {
  /** The node as it was captured before. */
  readonly snapshot: NodeSnapshot;
  readonly transaction: string;
  /** Who got an answer after, as `pod udp/10.96.0.10/53`. */
  readonly answered: readonly string[];
}

/** Makes the node, captures it, gives it a cache, and lets a pod and a process of the node ask. */
export const seeNode = ({ rules, besides = '', transaction = rulesFor(...ADDRESSES) }: LiveNode): Seen => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-node-'));
  try {
    writeFileSync(`${folder}.before`, rules);
    writeFileSync(`${folder}.transaction`, transaction);
    const script = `${SET_UP}
iptables-legacy-restore < "$1.before"
${besides}
sh '${CAPTURE_NODE}' "$1" 2> /dev/null
${transaction.startsWith('table') ? 'nft -f -' : 'iptables-legacy-restore --noflush'} < "$1.transaction"
${ADD_LINK}
exec 3< <(exec '${process.execPath}' '${ECHO_SERVER}' ${ADDRESSES.join(' ')})
server=$!
trap 'kill $pod $server' EXIT
read -r _ <&3
in_pod '${process.execPath}' '${ASK}' ${WANTED.join(' ')} | sed 's/^/pod /'
'${process.execPath}' '${ASK}' ${[...WANTED, PROBE].join(' ')} | sed 's/^/node /'
`;
    const { status, stdout, stderr } = run(script, folder);
    if (status !== 0) throw new Error(String(stderr));
    return { snapshot: readNodeFolder(folder), transaction, answered: String(stdout).trim().split('\n').filter((line) => line !== '').toSorted() };
  } finally {
    for (const end of ['', '.before', '.transaction']) rmSync(`${folder}${end}`, { recursive: true, force: true });
  }
};
