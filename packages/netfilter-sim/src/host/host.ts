import type { ConntrackSettings } from '../conntrack/entry/settings.ts';
import { newConntrackState } from '../conntrack/table.ts';
import type { ConntrackState } from '../conntrack/table.ts';
import type { Routing } from '../fib/lookup.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Address, Family } from '../packet/address.ts';
import type { Port } from '../packet/port.ts';
import type { IpSets } from '../ruleset/ipset/values/set.ts';
import type { RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import type { NftRuleSet } from '../ruleset/nftables/values/rule-set.ts';
import type { WallClock } from '../ruleset/shared/context.ts';
import type { BackEnd } from '../ruleset/shared/hooks.ts';
import { atMs } from '../time.ts';
import type { Instant } from '../time.ts';
import type { Interface } from './interface.ts';
import type { Sysctls } from './sysctl.ts';

/** A socket that takes packets: a bound UDP socket, a TCP listener, or the end of a connection. */
export interface Socket {
  readonly protocol: 'udp' | 'tcp';
  readonly family: Family;
  /** `any`: every address of the host. */
  readonly address: Address | 'any';
  readonly port: Port;
  /** It may take packets for addresses that are not the host's (`IP_TRANSPARENT`); absent: not told. */
  readonly transparent?: boolean;
}

/** Who registers functions at hooks: the tables of iptables-legacy, or nftables with its base chains and the tables of iptables-nft. */
export type Registrant = 'iptables' | 'nftables';

/** One network namespace: what stays as it is while packets pass. */
export interface Host {
  readonly kernelVersion: KernelVersion;
  readonly interfaces: readonly Interface[];
  readonly routing: Readonly<Record<Family, Routing>>;
  readonly ruleSets: Readonly<Record<Family, RuleSet>>;
  /** Tables of iptables' other back end; absent: that has none. The kernel runs both. */
  readonly otherRuleSets?: Readonly<Record<Family, RuleSet>> & { readonly backEnd: BackEnd };
  readonly nftables: NftRuleSet;
  /** Whose hooks were registered first; of two with the same priority the later one runs first. */
  readonly registeredFirst: Registrant;
  readonly sysctls: Sysctls;
  /** `undefined`: not known; then no packet is answered for want of a socket. */
  readonly sockets: readonly Socket[] | undefined;
  readonly conntrack: ConntrackSettings;
}

/** What packets leave behind in a host. Plain data, changed in place by whoever owns it. */
export interface HostState {
  now: Instant;
  /** What the host's clock said at instant 0; absent: not told, and asked for by rules that look at it (`-m time`). */
  readonly wallClock?: WallClock;
  /** `unknown`: what rules remembered before (`limit`, `recent`, `nth`) was not given, and is asked for. */
  readonly history: History;
  readonly conntrack: ConntrackState;
  readonly sets: IpSets;
  /** What stateful matches remember, by rule or by the name that they share. */
  readonly memory: Map<string, object>;
  /** Sockets that programs opened since. */
  readonly opened: Socket[];
  /** By `family table chain number`; number 0 is the policy. */
  readonly counters: Map<string, RuleCounters>;
  /** Keys of `memory` and `counters` that a packet may have changed: it hangs on something unknown whether it did. */
  readonly doubtful: Set<string>;
}

/** A host, and what packets had left behind in it when it was captured: that is at instant 0. */
export interface Node {
  readonly host: Host;
  /** Fresh with each reading: it is the reader's to change. */
  readonly state: HostState;
}

/** `fresh`: as if the rules had just been loaded. */
export type History = 'fresh' | 'unknown';

interface RuleCounters {
  packets: number;
  bytes: number;
}

/** A host to which no packet has come yet. @param history what rules remember of packets before; nothing unless said */
export const newHostState = (history: History = 'fresh'): HostState => ({
  now: atMs(0),
  history,
  conntrack: newConntrackState(),
  sets: new Map(),
  memory: new Map(),
  opened: [],
  counters: new Map(),
  doubtful: new Set(),
});

export const interfaceNamed = (host: Host, name: string): Interface | undefined =>
  host.interfaces.find((device) => device.name === name);

export const isDeviceUp =
  (host: Host) =>
  (name: string): boolean =>
    interfaceNamed(host, name)?.up ?? false;

export const LOOPBACK = 'lo';

/** The ports of a bridge but one. */
export const otherPorts = ({ interfaces }: Pick<Host, 'interfaces'>, bridge: string, port: string | undefined): readonly Interface[] =>
  interfaces.filter(({ name, link }) => link?.master === bridge && name !== port);
