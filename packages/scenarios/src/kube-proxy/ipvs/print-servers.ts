import type { Address } from '@nodelocal/netfilter-sim';
import { addressBits, addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { ServiceProtocol } from '../../kubernetes/objects.ts';
import type { RealServer, VirtualServer } from './servers.ts';

interface Place {
  readonly address: Address;
  readonly port: number;
}

const PROTOCOLS: readonly ServiceProtocol[] = ['TCP', 'UDP', 'SCTP'];
const OPTIONS: Readonly<Record<ServiceProtocol, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' };

const WORD = 32n;
const words = (address: Address): readonly number[] => {
  const bits = addressBits(address);
  const count = addressWidth(familyOf(address)) / Number(WORD);
  return Array.from({ length: count }, (_, at) => Number(BigInt.asUintN(Number(WORD), bits >> (WORD * BigInt(count - 1 - at)))));
};

/** ipvsadm takes words of 32 bits for numbers with a sign and subtracts them, so 192.168.9.1 comes before 10.96.0.10 (libipvs.c, `ipvs_cmp_services`). */
const byPlace = (one: Place, other: Place): number => {
  const others = words(other.address);
  const differences = words(one.address).map((word, at) => (word - (others[at] ?? 0)) | 0);
  return differences.find((difference) => difference !== 0) ?? one.port - other.port;
};

const byProtocol = (one: VirtualServer, other: VirtualServer): number => PROTOCOLS.indexOf(one.protocol) - PROTOCOLS.indexOf(other.protocol) || byPlace(one, other);

const printPlace = ({ address, port }: Place): string => (familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`);

/** By Maglev hashing kube-proxy has the client's port count too: its `FlagSourceHash` is the flag that ipvsadm calls `mh-port`. */
const schedulerFlags = ({ scheduler }: VirtualServer): string => (scheduler === 'mh' ? ' -b mh-port' : '');

const printServer = (server: VirtualServer): readonly string[] => {
  const { protocol, scheduler, persistenceSeconds, realServers } = server;
  const place = `${OPTIONS[protocol]} ${printPlace(server)}`;
  const persistence = persistenceSeconds === undefined ? '' : ` -p ${persistenceSeconds}`;
  return [
    `-A ${place} -s ${scheduler}${persistence}${schedulerFlags(server)}`,
    ...realServers.toSorted(byPlace).map((real: RealServer) => `-a ${place} -r ${printPlace(real)} -m -w 1`),
  ];
};

/** As `ipvsadm -Sn` (1.31) prints the servers of one family. */
export const printServers = (servers: readonly VirtualServer[]): string => servers.toSorted(byProtocol).flatMap(printServer).map((line) => `${line}\n`).join('');
