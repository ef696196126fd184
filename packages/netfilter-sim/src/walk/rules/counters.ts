import type { HostState } from '../../host/host.ts';
import type { Packet } from '../../packet/packet.ts';
import { packetBytes } from '../../packet/packet.ts';
import type { IptablesPlace } from '../../ruleset/iptables/values/place.ts';
import { printNftPlace } from '../../ruleset/nftables/values/place.ts';
import type { NftPlace } from '../../ruleset/nftables/values/place.ts';
import { printTableName } from '../../ruleset/shared/hooks.ts';

/** Number 0 stands for the policy. */
export const counterKey = (family: Packet['family'], { table, backEnd, chain, number }: IptablesPlace): string =>
  `${family} ${printTableName(table, backEnd)} ${chain} ${number}`;

/** Key of an nft rule's counter, or of a named one. */
export const nftCounterKey = (of: NftPlace | (Pick<NftPlace, 'family' | 'table'> & { readonly name: string })): string =>
  'name' in of ? `nft ${of.family} ${of.table} counter ${of.name}` : `nft ${printNftPlace(of)}`;

export const countPacket = ({ counters }: HostState, key: string, packet: Packet): void => {
  const { packets, bytes } = counters.get(key) ?? { packets: 0, bytes: 0 };
  counters.set(key, { packets: packets + 1, bytes: bytes + packetBytes(packet) });
};
