import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed, otherPorts } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { addressesOf, holderOf, isLimitedBroadcast, isMulticast } from '../host/interface.ts';
import type { Interface } from '../host/interface.ts';
import { bridgeCalls } from '../host/sysctl.ts';
import { addressBits, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { prefixContains, prefixOf } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import { isLinkLocal } from '../routing/source-ipv6.ts';
import { ask } from './ask.ts';
import { leavesByPort } from './bridge-port.ts';
import { end } from './ending.ts';

/** Devices that hand what comes in by their ports to the host as if it came in by themselves (`rx_handler`). */
const GATHERING: readonly string[] = ['bridge', 'bond', 'team'];

/** The device that IP sees, for a frame that came in by a port of another. */
export const enterByMaster = (environment: Environment, flight: Flight): void => {
  const { host, trace } = environment;
  const port = interfaceNamed(host, flight.inDevice);
  const name = port?.link?.master;
  if (port === undefined || name === undefined) return;
  const kind = interfaceNamed(host, name)?.link?.kind;
  if (kind === undefined || !GATHERING.includes(kind)) {
    const what = kind === undefined ? `${name}, whose kind ip-link.json would tell` : `a ${kind} device`;
    end(environment, flight, { kind: 'not-modelled', what: `what becomes of packets by ${port.name}, a port of ${what},` });
    return;
  }
  flight.bridgePort = port.name;
  if (kind === 'bridge') flight.frameFor = flight.packet.dst;
  flight.inDevice = name;
  trace.push({ kind: 'entered-by-port', port: port.name, device: name });
};

/**
 * What a bridge switches from port to port never gets to IP. br_netfilter calls its hooks nevertheless, if it is told to
 * (net/bridge/br_netfilter_hooks.c, 6.12).
 */
export const crossBridge = (environment: Environment, flight: Flight): void => {
  const { host, trace } = environment;
  const { inDevice, packet } = flight;
  const bridge = interfaceNamed(host, inDevice);
  if (bridge?.link?.kind !== 'bridge') return;
  if (isForMany(bridge, packet.dst)) {
    flood(environment, flight, bridge);
    return;
  }
  const switched = isSwitched(host, bridge, packet);
  const takesHost = switched === 'unknown' ? ask(environment, flight, `whether ${packet.src} takes this host for its router`) : !switched;
  if (takesHost !== false) return;
  const [table] = host.nftables.bridgeTables;
  if (table !== undefined) {
    end(environment, flight, { kind: 'not-modelled', what: `what table bridge ${table} does to packets that ${inDevice} switches` });
    return;
  }
  const calls = askCalls(environment, flight, bridge);
  if (calls === 'undecided') return;
  trace.push({ kind: 'switched', device: inDevice, hooks: calls });
  flight.bridged = calls;
  if (!calls && leavesByPort(environment, flight)) end(environment, flight, { kind: 'forwarded', device: inDevice });
};

const askCalls = (environment: Environment, flight: Flight, bridge: Interface): boolean | 'undecided' => {
  const { family } = flight.packet;
  return (
    bridgeCalls(bridge, environment.host.sysctls, family) ??
    ask(environment, flight, `whether bridge-nf-call-${family === 'ipv4' ? 'iptables' : 'ip6tables'} is on`)
  );
};

/** Whether br_netfilter keeps the port by which it came in (`nf_bridge_get_physindev`). */
export const notesPort = (environment: Environment, flight: Flight): boolean | 'undecided' => {
  const bridge = interfaceNamed(environment.host, flight.inDevice);
  if (flight.bridgePort === undefined || bridge?.link?.kind !== 'bridge') return false;
  return flight.bridged || askCalls(environment, flight, bridge);
};

/**
 * What goes from br_netfilter up to IP loses the socket that a rule gave it to (`skb_orphan` in ip_rcv_core and ip6_rcv_core,
 * 6.12). `false`: it goes no further, since nobody told whether br_netfilter is on.
 */
export const goesUp = (environment: Environment, flight: Flight): boolean => {
  if (flight.assigned === undefined) return true;
  const noted = notesPort(environment, flight);
  if (noted === true) flight.assigned = undefined;
  return noted !== 'undecided';
};

/** The host's own copy is not all that rules see: FORWARD gets one for the other ports. */
const flood = (environment: Environment, flight: Flight, bridge: Interface): void => {
  const { dst, family } = flight.packet;
  if (otherPorts(environment.host, flight.inDevice, flight.bridgePort).length === 0) return;
  if (!isMulticast(dst) && bridgeCalls(bridge, environment.host.sysctls, family) === false) return;
  end(environment, flight, { kind: 'not-modelled', what: `what ${bridge.name} sends to its other ports of a packet to ${dst}` });
};

const isForMany = (bridge: Interface, dst: Address): boolean =>
  isMulticast(dst) || isLimitedBroadcast(dst) || networksOf(bridge, dst).some((network) => isBroadcast(network, dst));

/** Of the link-local network of IPv6 only for addresses of it. */
const networksOf = (bridge: Interface, address: Address): readonly Prefix[] =>
  addressesOf(bridge, familyOf(address))
    .map((own) => prefixOf(own.address, own.prefixLength))
    .filter((network) => !isLinkLocal(network.address) || prefixContains(network, address));

/**
 * A host behind a bridge asks for the neighbour's address itself, and sends its frame there; what is for beyond its
 * network it sends to its router, which is this host if it has an address in that network.
 */
const isSwitched = (host: Host, bridge: Interface, { src, dst }: Packet): boolean | 'unknown' => {
  if (holderOf(host.interfaces, dst) !== undefined) return false;
  const networks = networksOf(bridge, src);
  if (networks.length === 0) return true;
  const own = networks.filter((network) => prefixContains(network, src));
  return own.length === 0 ? 'unknown' : own.some((network) => prefixContains(network, dst));
};

/** The last address of a network is for all on the link, unless there are no more than two (RFC 3021). */
const isBroadcast = (link: Prefix, dst: Address): boolean =>
  familyOf(dst) === 'ipv4' && link.length < 31 && addressBits(dst) === (addressBits(link.address) | (0xffff_ffffn >> BigInt(link.length)));

/** Where it was not translated to somebody else, routing is not asked (`br_nf_pre_routing_finish`). */
export const staysOnBridge = (environment: Environment, flight: Flight): boolean => {
  if (!flight.bridged) return false;
  flight.bridged = flight.frameFor === flight.packet.dst;
  if (flight.bridged && leavesByPort(environment, flight)) sendBack(flight);
  return flight.bridged;
};

/**
 * What came in by a bridge and was translated to somebody behind it goes on as a frame, even if it was for the host
 * (`br_nf_pre_routing_finish`, `br_nf_pre_routing_finish_ipv6`). Only br_netfilter does that.
 */
export const turnsBack = (environment: Environment, flight: Flight): boolean => {
  const { frameFor, packet, inDevice, destination } = flight;
  const bridge = interfaceNamed(environment.host, inDevice);
  if (frameFor === undefined || frameFor === packet.dst || destination?.device !== inDevice || bridge === undefined) return false;
  const calls = askCalls(environment, flight, bridge);
  if (calls !== true) return calls === 'undecided';
  flight.bridged = true;
  if (leavesByPort(environment, flight)) {
    environment.trace.push({ kind: 'switched', device: inDevice, hooks: true });
    sendBack(flight);
  }
  return true;
};

/** Whether br_netfilter itself asks routing about it, since it was translated (`br_nf_pre_routing_finish_ipv6`, 6.18); of IPv4 IP asks again. */
export const isRoutedOnBridge = (environment: Environment, flight: Flight): boolean | 'undecided' => {
  const { frameFor, packet } = flight;
  return packet.family === 'ipv6' && frameFor !== undefined && frameFor !== packet.dst && notesPort(environment, flight);
};

const sendBack = (flight: Flight): void => {
  flight.outDevice = flight.inDevice;
  flight.destination = { type: 'unicast', device: flight.inDevice, nextHop: flight.packet.dst, realms: 0 };
};
