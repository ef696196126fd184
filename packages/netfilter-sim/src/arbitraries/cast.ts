import type { Address, Family } from '../packet/address.ts';
import { address } from '../packet/address.ts';
import { port } from '../packet/port.ts';
import type { Port } from '../packet/port.ts';

/*
 * Who is in the generated nodes, rules and packets: few, so that packets meet rules, routes and each other.
 */

export const PODS_MAX = 4;

export interface Cast {
  /** The node's own address, on `eth0`. */
  readonly node: Address;
  /** Its neighbours: the router that everything else is sent to, and another node. */
  readonly router: Address;
  readonly neighbour: Address;
  /** Pods of the node: the first is behind `pod1`. */
  readonly pods: readonly Address[];
  /** Pods of the neighbour. */
  readonly remotePods: readonly Address[];
  /** Addresses that nobody has by himself: a Service's, and the cache's on the node. */
  readonly service: Address;
  readonly local: Address;
  readonly outside: Address;
  readonly networks: readonly string[];
}

export const CAST: Readonly<Record<Family, Cast>> = {
  ipv4: {
    node: address('172.18.0.2'),
    router: address('172.18.0.1'),
    neighbour: address('172.18.0.3'),
    pods: ['10.244.1.5', '10.244.1.6', '10.244.1.7', '10.244.1.8'].map(address),
    remotePods: ['10.244.2.7', '10.244.2.8'].map(address),
    service: address('10.96.0.10'),
    local: address('169.254.20.10'),
    outside: address('203.0.113.9'),
    networks: ['10.244.0.0/16', '10.244.1.0/24', '10.96.0.0/12', '172.18.0.0/24'],
  },
  ipv6: {
    node: address('fd00:172:18::2'),
    router: address('fd00:172:18::1'),
    neighbour: address('fd00:172:18::3'),
    pods: ['fd00:10:244:1::5', 'fd00:10:244:1::6', 'fd00:10:244:1::7', 'fd00:10:244:1::8'].map(address),
    remotePods: ['fd00:10:244:2::7', 'fd00:10:244:2::8'].map(address),
    service: address('fd00:10:96::a'),
    local: address('fd00:169:254:20::a'),
    outside: address('2001:db8:203::9'),
    networks: ['fd00:10:244::/48', 'fd00:10:244:1::/64', 'fd00:10:96::/64', 'fd00:172:18::/64'],
  },
};

/** All of them, the most usual destination first. */
export const everybody = (family: Family): readonly Address[] => {
  const { node, neighbour, pods, remotePods, service, local, outside } = CAST[family];
  return [service, ...pods, ...remotePods, node, neighbour, local, outside];
};

export const SERVER_PORTS: readonly Port[] = [53, 80, 443, 5353, 8080].map(port);
export const CLIENT_PORTS: readonly Port[] = [40_000, 40_001, 700].map(port);
