import type { LiveEvent } from './live/kernel.ts';

const traced = (family: string): string => `table ${family} tracing {
  chain prerouting { type filter hook prerouting priority -350; policy accept; meta nftrace set 1
  }
  chain output { type filter hook output priority -350; policy accept; meta nftrace set 1
  }
}
`;

/** Traces every packet, before conntrack sees it. */
export const traceRules = traced('ip') + traced('ip6');

/** What kube-proxy does not write: intervals, marks, several nat chains, limits, rules that change sets and packets. */
export const LANGUAGE_RULES = `
table inet lang {
  set banned { type ipv4_addr; flags interval; elements = { 198.51.100.0/24, 203.0.113.5-203.0.113.7 }
  }
  set allowed { type ipv4_addr . inet_service; flags interval; elements = { 10.244.0.0/16 . 53, 203.0.113.0/24 . 1000-2000 }
  }
  set seen { type ipv4_addr; flags dynamic,timeout; timeout 1m
  }
  map to { type inet_service : ipv4_addr; elements = { 7001 : 10.244.1.6, 7002 : 10.244.2.7 }
  }
  counter total { packets 0 bytes 0
  }
  chain raw { type filter hook prerouting priority -300; policy accept
    udp dport 9 notrack
    udp dport 9101 counter reject
    ip saddr @banned counter drop
    counter name "total"
  }
  chain marks { type filter hook prerouting priority -150; policy accept
    ct state new ct mark set 0x5
    meta mark set ct mark
    meta mark set meta mark & 0x000000ff | 0x00000100
    meta mark 0x00000105 counter
    udp dport 9100 counter reject
    ip dscp set cs1
    iifname "vpod*" counter
    iif "eth0" counter
    ip ttl 64 ip length < 100 counter
  }
  chain first { type nat hook prerouting priority -100; policy accept
    udp dport 7000 counter dnat ip to 10.244.1.6:1111
    udp dport { 7001, 7002 } counter dnat ip to udp dport map @to
  }
  chain second { type nat hook prerouting priority -100; policy accept
    udp dport 7000 counter dnat ip to 10.244.2.7:2222
    udp dport 7003 counter accept
  }
  chain later { type nat hook prerouting priority -90; policy accept
    udp dport 7003 counter redirect to :53
    udp dport 7004 counter dnat ip to 10.244.2.7-10.244.2.9:3000-3010
    udp dport 7005 numgen inc mod 2 vmap { 0 : goto odd, 1 : goto even }
  }
  chain odd { udp dport 7005 dnat ip to 10.244.1.6
  }
  chain even { udp dport 7005 dnat ip to 10.244.2.7
  }
  chain source { type nat hook postrouting priority 100; policy accept
    oifname "eth0" ip saddr 10.244.1.5 udp dport 3000-3010 counter snat ip to 172.18.0.2:4000-4001
    udp dport 2222 masquerade
  }
  chain forward { type filter hook forward priority 0; policy drop
    ct state vmap { established : accept, related : accept, invalid : drop }
    ct status dnat counter accept
    ip saddr . udp dport @allowed counter accept
    icmp type echo-request limit rate 2/minute burst 2 packets counter accept
    udp dport 8000 update @seen { ip saddr limit rate 1/minute burst 1 packets } counter accept
    udp dport 8001 ip saddr @seen counter accept
    tcp flags & (fin | syn | rst | ack) == syn counter reject with tcp reset
    tcp flags ! syn counter reject with icmp admin-prohibited
    udp dport != { 1-8999 } counter reject with icmpx host-unreachable
    meta l4proto udp jump deeper
    counter
  }
  chain deeper {
    udp dport 8100 goto deepest
    udp dport 8101 return
    counter
  }
  chain deepest { counter
  }
  chain input { type filter hook input priority 0; policy accept
    ct state untracked counter
    ct direction original meta l4proto udp ct original proto-dst 7003 counter accept
    fib daddr type local counter
    fib saddr . iif oif missing counter drop
    udp dport 53 log prefix "dns " ip saddr != 10.0.0.0/8 counter
  }
}
table ip rerouting {
  chain output { type route hook output priority -150; policy accept
    udp dport 9000 meta mark set 0x1 counter
    udp dport 9001 counter reject
  }
}
`;

const udp = (
  from: 'pod1' | 'pod2' | 'up' | 'node',
  src: string,
  sport: number,
  dst: string,
  dport: number,
): LiveEvent => ({ from, protocol: 'udp', src, dst, sport, dport });

export const languageEvents: readonly LiveEvent[] = [
  udp('up', '198.51.100.1', 1, '172.18.0.2', 53),
  udp('up', '203.0.113.6', 1, '172.18.0.2', 53),
  udp('up', '203.0.113.8', 1, '172.18.0.2', 53),
  udp('up', '203.0.113.8', 1, '172.18.0.2', 9),
  ...[7000, 7001, 7002, 7004, 7004, 7005, 7005, 7005].map((dport, at) =>
    udp('pod1', '10.244.1.5', 50_000 + at, '172.18.0.2', dport),
  ),
  { answers: 4 },
  udp('up', '203.0.113.9', 50_050, '172.18.0.2', 7003),
  udp('pod1', '10.244.1.5', 50_100, '10.244.1.6', 53),
  udp('up', '203.0.113.9', 50_100, '10.244.1.6', 1500),
  udp('up', '203.0.113.9', 50_100, '10.244.1.6', 2500),
  ...[1, 2, 3].map((icmpId): LiveEvent => ({
    from: 'pod1',
    protocol: 'icmp',
    icmpType: 8,
    src: '10.244.1.5',
    dst: '10.244.1.6',
    icmpId,
  })),
  udp('pod1', '10.244.1.5', 50_200, '10.244.1.6', 8001),
  udp('pod1', '10.244.1.5', 50_201, '10.244.1.6', 8000),
  udp('pod1', '10.244.1.5', 50_202, '10.244.1.6', 8000),
  udp('pod1', '10.244.1.5', 50_203, '10.244.1.6', 8001),
  ...[2, 18, 16].map((flags, at): LiveEvent => ({
    from: 'pod1',
    protocol: 'tcp',
    flags,
    src: '10.244.1.5',
    dst: '10.244.1.6',
    sport: 50_300 + at,
    dport: 80,
    payload: 0,
  })),
  ...[8100, 8101, 8102, 9500].map((dport, at) => udp('pod1', '10.244.1.5', 50_400 + at, '10.244.1.6', dport)),
  ...[9100, 9101].flatMap((dport) => [
    udp('pod1', '10.244.1.5', 50_450, '10.244.1.6', dport),
    udp('pod1', '10.244.1.5', 50_451, '172.18.0.2', dport),
    udp('up', '203.0.113.9', 50_452, '10.244.1.6', dport),
  ]),
  udp('pod1', '10.244.1.99', 50_500, '172.18.0.2', 53),
  udp('node', '172.18.0.2', 50_600, '10.244.1.6', 9000),
  udp('node', '172.18.0.2', 50_601, '10.244.1.6', 9001),
  udp('node', '172.18.0.2', 50_602, '172.18.0.2', 53),
];

/** Both translate the same packets, both filter; a service's address is left untracked by iptables alone. */
export const BESIDE_IPTABLES = {
  iptables: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 7000 -j DNAT --to-destination 10.244.1.6:5300
-A PREROUTING -p udp -m udp --dport 7001 -j DNAT --to-destination 10.244.1.6:5301
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p udp -m udp --sport 60001 -j DROP
COMMIT
`,
  nftables: `table ip beside {
  chain nat { type nat hook prerouting priority -100; policy accept; udp dport { 7000, 7002 } counter dnat to 10.244.2.7:5300
  }
  chain services { type nat hook prerouting priority -90; policy accept; ip daddr 10.96.0.10 udp dport 53 counter dnat to 10.244.2.7
  }
  chain forward { type filter hook forward priority 0; policy accept; udp sport 60001 counter
  }
  chain input { type filter hook input priority 0; policy accept; ct state untracked counter
  }
}
`,
} as const;

export const besideEvents: readonly LiveEvent[] = [
  udp('pod1', '10.244.1.5', 60_000, '172.18.0.2', 7000),
  { answers: 0 },
  udp('pod1', '10.244.1.5', 60_001, '172.18.0.2', 7001),
  udp('pod1', '10.244.1.5', 60_002, '172.18.0.2', 7002),
  udp('pod1', '10.244.1.5', 60_003, '10.96.0.10', 53),
];
