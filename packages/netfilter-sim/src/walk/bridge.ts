import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { addressesOf } from '../host/interface.ts';
import { addressBits, familyOf } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import { prefixContains, prefixOf } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import { ask } from './ask.ts';
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
  if (!isSwitched(host, inDevice, packet)) return;
  const [table] = host.nftables.bridgeTables;
  if (table !== undefined) {
    end(environment, flight, { kind: 'not-modelled', what: `what table bridge ${table} does to packets that ${inDevice} switches` });
    return;
  }
  const calls =
    host.sysctls.bridgeCalls[packet.family] ??
    ask(environment, flight, `whether bridge-nf-call-${packet.family === 'ipv4' ? 'iptables' : 'ip6tables'} is on`);
  if (calls === 'undecided') return;
  trace.push({ kind: 'switched', device: inDevice, hooks: calls });
  if (calls) flight.bridged = packet.dst;
  else end(environment, flight, { kind: 'forwarded', device: inDevice });
};

/** A host behind a bridge asks for the neighbour's address itself, and sends its frame there; all else goes to the host. */
const isSwitched = (host: Host, name: string, { src, dst }: Packet): boolean => {
  const bridge = interfaceNamed(host, name);
  if (bridge?.link?.kind !== 'bridge' || isOwn(host, dst)) return false;
  return addressesOf(bridge, familyOf(dst)).some(({ address, prefixLength }) => {
    const link = prefixOf(address, prefixLength);
    return prefixContains(link, src) && prefixContains(link, dst) && !isBroadcast(link, dst);
  });
};

const isOwn = (host: Host, address: Address): boolean =>
  host.interfaces.some(({ addresses }) => addresses.some((own) => own.address === address));

/** The last address of a network is for all on the link, unless there are no more than two (RFC 3021). */
const isBroadcast = (link: Prefix, dst: Address): boolean =>
  familyOf(dst) === 'ipv4' && link.length < 31 && addressBits(dst) === (addressBits(link.address) | (0xffff_ffffn >> BigInt(link.length)));

/** Where it was not translated to somebody else, routing is not asked (`br_nf_pre_routing_finish`). */
export const staysOnBridge = (flight: Flight): boolean => {
  if (flight.bridged === undefined) return false;
  if (flight.bridged !== flight.packet.dst) {
    flight.bridged = undefined;
    return false;
  }
  flight.outDevice = flight.inDevice;
  flight.destination = { type: 'unicast', device: flight.inDevice, nextHop: flight.packet.dst };
  return true;
};
