import { isOffloaded } from '../conntrack/offloaded.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host, HostState } from '../host/host.ts';
import type { Packet } from '../packet/packet.ts';
import type { IpSets } from '../ruleset/ipset/values/set.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import type { Disposition } from '../trace/disposition.ts';
import { end } from './ending.ts';

/* What a node may use and the model lacks: a packet that comes near it goes no further. */

/** A program at the device sees, changes and sends on packets before any hook. */
export const lookForXdp = (environment: Environment, flight: Flight): void => {
  const device = interfaceNamed(environment.host, flight.inDevice);
  if (device?.link?.xdp === true) lack(environment, flight, `XDP on ${device.name}`);
};

/** A VRF has routing tables of its own, and its devices look like the VRF to rules (drivers/net/vrf.c, 6.12). */
export const vrfOf = (host: Host, device: string): Unmodelled | undefined => {
  const found = interfaceNamed(host, device);
  const master = found?.link?.master === undefined ? undefined : interfaceNamed(host, found.link.master);
  const vrf = [found, master].find((one) => one?.link?.kind === 'vrf');
  return vrf === undefined ? undefined : usesOf(`the VRF ${vrf.name}`);
};

export const lookForVrf = (environment: Environment, flight: Flight): void => {
  const vrf = vrfOf(environment.host, flight.inDevice);
  if (vrf !== undefined) end(environment, flight, vrf);
};

/** Which packets a flowtable takes, and what it does to them, is not known here. */
export const lookForFlowtable = (environment: Environment, flight: Flight): void => {
  if (!isOffloaded(environment.state.conntrack, flight.packet)) return;
  end(environment, flight, { kind: 'not-modelled', what: 'a connection that is offloaded: a flowtable carries its packets past the hooks' });
};

/** kube-proxy's device for the addresses of services. */
const SERVICE_DEVICE = 'kube-ipvs0';
/** kube-proxy's sets of ports that are services on every address of the node. */
const NODE_PORT_SETS = /^KUBE-NODE-PORT-/;

/**
 * IPVS takes packets for its services at the end of LOCAL_IN and LOCAL_OUT (`ip_vs_ops4`, net/netfilter/ipvs/ip_vs_core.c,
 * 6.12), and no file says which services there are; kube-proxy keeps their addresses on a device, and their ports in sets.
 */
export const endsAtIpvs = (environment: Environment, flight: Flight, hook: Hook): boolean => {
  if (hook !== 'INPUT' && hook !== 'OUTPUT') return false;
  const why = serviceOf(environment.host, environment.state, flight.packet);
  if (why === undefined) return false;
  lack(environment, flight, `IPVS (${why})`);
  return true;
};

const serviceOf = ({ interfaces, sysctls }: Host, { sets }: HostState, packet: Packet): string | undefined => {
  const services = interfaces.find(({ name }) => name === SERVICE_DEVICE);
  if (services?.addresses.some(({ address }) => address === packet.dst) === true) return `${SERVICE_DEVICE} has ${packet.dst}`;
  if (services === undefined && !sysctls.ipvs) return undefined;
  const port = packet.kind === 'udp' || packet.kind === 'tcp' ? packet.dport : undefined;
  const set = port === undefined ? undefined : nodePortSet(sets, port);
  return set === undefined ? undefined : `${set} has port ${port}`;
};

const nodePortSet = (sets: IpSets, port: number): string | undefined =>
  [...sets.values()].find(
    ({ name, elements }) =>
      NODE_PORT_SETS.test(name) &&
      [...elements.values()].some(({ parts }) => parts.some((part) => part.kind === 'port' && part.port === port)),
  )?.name;

type Unmodelled = Extract<Disposition, { kind: 'not-modelled' }>;

const usesOf = (what: string): Unmodelled => ({ kind: 'not-modelled', what, usedByNode: true });

const lack = (environment: Environment, flight: Flight, what: string): void => {
  end(environment, flight, usesOf(what));
};
