import { spawnSync } from 'node:child_process';

/** The server whose rules the README of netfilter-sim tests: in a namespace of its own, so that its rules are real. */
const SET_UP = `
ip link set lo up
ip link add eth0 type veth peer name uplink
ip addr add 192.0.2.10/24 dev eth0
ip link set eth0 up
ip link set uplink up
ip route add default via 192.0.2.1
iptables-restore <<'END'
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --dports 22,443,5432 -j ACCEPT
COMMIT
END
`;

/** What is to be done on that machine is done there. */
export const onServer = (script: string): string =>
  script.includes('capture-node.sh') ? `unshare --net bash -e <<'SCRIPT'\n${SET_UP}${script}SCRIPT\n` : script;

/** What the title of a test that needs it ends with where this machine cannot be it. */
export const whyNoServer = (): string | undefined => {
  const { status, stderr, error } = spawnSync('unshare', ['--net', 'bash', '-e', '-c', SET_UP], { encoding: 'utf8' });
  return status === 0 ? undefined : ` (skipped: ${(error?.message ?? stderr).split('\n')[0]})`;
};
