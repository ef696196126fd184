/** The nodes that cases run on: what `ip -batch` gives the node's namespace. */

const UPSTREAM = `
addr add 172.18.0.2/24 dev eth0
addr add fd00:172:18::2/64 dev eth0 nodad
route add 10.244.2.0/24 via 172.18.0.3
route add default via 172.18.0.3
-6 route add fd00:10:244:2::/64 via fd00:172:18::3 dev eth0
-6 route add default via fd00:172:18::3 dev eth0
`;

const PODS_AND_ROUTES = `${UPSTREAM}
route add 10.244.1.5 dev vpod1
route add 10.244.1.6 dev vpod2
-6 route add fd00:10:244:1::5 dev vpod1
-6 route add fd00:10:244:1::6 dev vpod2
`;

/** The pods' devices are ports of a bridge, which is their router. It learns nothing: all that it could is told. */
const BRIDGE = `
link add br0 address 02:00:00:00:00:09 type bridge mcast_snooping 0 ageing_time 0
link set vpod1 master br0
link set vpod2 master br0
link set br0 multicast off up
addr add 10.244.1.1/24 dev br0
addr add fd00:10:244:1::1/64 dev br0 nodad
neigh add 10.244.1.5 lladdr 02:00:00:00:01:01 dev br0
neigh add 10.244.1.6 lladdr 02:00:00:00:01:02 dev br0
neigh add fd00:10:244:1::5 lladdr 02:00:00:00:01:01 dev br0
neigh add fd00:10:244:1::6 lladdr 02:00:00:00:01:02 dev br0
bridge fdb add 02:00:00:00:01:01 dev vpod1 master static
bridge fdb add 02:00:00:00:01:02 dev vpod2 master static
`;

const HAIRPIN = `
bridge link set dev vpod2 hairpin on
`;

const ISOLATED = `
bridge link set dev vpod1 isolated on
bridge link set dev vpod2 isolated on
`;

const LOCAL_DNS = `
link add nodelocaldns type bridge
addr add 169.254.20.10/32 dev nodelocaldns
addr add fd00:169:254:20::a/128 dev nodelocaldns
`;

const CLUSTER_IP = `
addr add 10.96.0.10/32 dev nodelocaldns
addr add fd00:10:96::a/128 dev nodelocaldns
`;

/**
 * Routes with sources of their own, by type of service, and to nowhere. In IPv4 a packet on its way
 * through meets none that it would be told of: the kernel counts such errors by sender, over all cases
 * (`ip_error`, net/ipv4/route.c, 6.12), and nothing in a namespace turns that off.
 */
const ROUTES = `
route add 10.244.2.8 via 172.18.0.4 src 169.254.20.10
route add 203.0.113.0/24 via 172.18.0.3 tos 0x10
route add blackhole 198.51.100.0/24
-6 route add fd00:10:244:2::8 via fd00:172:18::4 src fd00:169:254:20::a dev eth0
-6 route add unreachable 2001:db8:203::9
-6 route add prohibit fd00:10:96::1
-6 route add blackhole 2001:db8:198::/48
`;

/** Routing by policy: marks, sources, devices, types of service. */
const POLICY = `
route add default dev vpod2 table 100
route add 10.244.2.7 dev vpod1 table 101
route add blackhole default table 102
route add unreachable 203.0.113.9 table 103
route add prohibit 10.96.0.1 table 103
route add throw 10.244.2.0/24 table 103
rule add iif lo lookup 103 priority 90
rule add fwmark 0x1 lookup 100 priority 100
rule add fwmark 0x4000/0x4000 lookup 101 priority 101
rule add from 203.0.113.9 to 10.244.1.6 blackhole priority 102
rule add iif vpod2 to 10.244.2.8 lookup 102 priority 103
rule add tos 0x10 lookup 101 priority 104
-6 route add default dev vpod2 table 100
-6 route add fd00:10:244:2::7 dev vpod1 table 101
-6 route add prohibit default table 102
-6 rule add fwmark 0x1 lookup 100 priority 100
-6 rule add fwmark 0x4000/0x4000 lookup 101 priority 101
-6 rule add from 2001:db8:203::9 unreachable priority 102
-6 rule add iif vpod2 to fd00:10:244:2::8 lookup 102 priority 103
`;

/** Addresses of the node on the pods' devices, and more than one on a network. */
const ADDRESSES = `
addr add 10.244.1.1/32 dev vpod1
addr add 172.18.0.9/24 dev eth0
addr add 10.244.2.1/32 dev vpod2 scope link
addr add fd00:10:244:1::1/128 dev vpod1 nodad
addr add fd00:172:18::9/64 dev eth0 nodad
`;

/** Realms of routes and rules, and groups of devices. No two rules look into one table with different realms. */
const REALMS = `
link set vpod1 group 7
link set eth0 group 3
route replace 10.244.1.5 dev vpod1 realms 5
route replace 10.244.1.6 dev vpod2 realms 4/6
route replace 10.244.2.0/24 via 172.18.0.3 realms 2
route replace default via 172.18.0.3 realms 1/3
route add 203.0.113.0/24 via 172.18.0.3 table 104
route add 10.244.2.8 dev vpod2 realms 7 table 105
rule add to 203.0.113.0/24 lookup 104 realms 9/8 priority 104
rule add fwmark 0x1 lookup 105 realms 2/9 priority 105
`;

/** Users whose packets have routes of their own, some only with a mark or to one destination. */
const USERS = `
route add default dev vpod2 table 100
route add 10.244.2.7 dev vpod1 table 101
route add prohibit default table 102
rule add uidrange 1000-1999 lookup 101 priority 100
rule add uidrange 7-7 fwmark 0x1 lookup 102 priority 101
rule add fwmark 0x4000/0x4000 lookup 100 priority 102
rule add uidrange 0-0 to 203.0.113.9 lookup 100 priority 103
-6 route add default dev vpod2 table 100
-6 route add fd00:10:244:2::7 dev vpod1 table 101
-6 route add prohibit default table 102
-6 rule add uidrange 1000-1999 lookup 101 priority 100
-6 rule add uidrange 7-7 fwmark 0x1 lookup 102 priority 101
-6 rule add fwmark 0x4000/0x4000 lookup 100 priority 102
-6 rule add uidrange 0-0 to 2001:db8:203::9 lookup 100 priority 103
`;

/** What has a mark of its own is the host's, whatever its destination: so packets come to a transparent proxy. */
const PROXY = `
route add local default dev lo table 100
rule add fwmark 0x1/0x1 lookup 100 priority 100
-6 route add local default dev lo table 100
-6 rule add fwmark 0x1/0x1 lookup 100 priority 100
`;

export const NODES = {
  bound: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP,
  unbound: PODS_AND_ROUTES + LOCAL_DNS,
  routes: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + ROUTES,
  policy: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + POLICY,
  users: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + USERS,
  proxy: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + PROXY,
  addresses: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + ADDRESSES,
  realms: PODS_AND_ROUTES + LOCAL_DNS + CLUSTER_IP + REALMS,
  bridged: UPSTREAM + LOCAL_DNS + CLUSTER_IP + BRIDGE,
  hairpin: UPSTREAM + LOCAL_DNS + CLUSTER_IP + BRIDGE + HAIRPIN,
  isolated: UPSTREAM + LOCAL_DNS + CLUSTER_IP + BRIDGE + ISOLATED,
} as const;

export type NodeName = keyof typeof NODES;
