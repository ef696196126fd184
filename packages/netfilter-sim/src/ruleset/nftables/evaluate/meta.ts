import { packetBytes, protocolOf } from '../../../packet/packet.ts';
import type { OwnerView, PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { BREAK, number, one } from './value.ts';
import type { Value } from './value.ts';

const IPV4 = { nfproto: 2, etherType: 0x0800 } as const;
const IPV6 = { nfproto: 10, etherType: 0x86dd } as const;
const PACKET_TYPES = { unicast: 0, broadcast: 1, multicast: 2 } as const;

/** What the kernel keeps beside the packet (net/netfilter/nft_meta.c, 6.12). */
export const evaluateMeta = (key: string, context: PacketContext): Value => {
  const { packet, mark, inDevice, outDevice, link, owner } = context;
  const family = packet.family === 'ipv4' ? IPV4 : IPV6;
  switch (key) {
    case 'mark':
      return number(mark);
    case 'iif':
    case 'iifname':
      return one(inDevice);
    case 'oif':
    case 'oifname':
      return one(outDevice);
    case 'l4proto':
      return number(protocolOf(packet));
    case 'nfproto':
      return number(family.nfproto);
    case 'protocol':
      return number(family.etherType);
    case 'length':
      return number(packetBytes(packet));
    case 'pkttype':
      if (link !== undefined) return number(PACKET_TYPES[link.packetType]);
      return isOwn(context) ? number(PACKET_TYPES.unicast) : notModelled('the link type of a packet whose frame was not given');
    case 'iifgroup':
      return groupOf(inDevice, context);
    case 'oifgroup':
      return groupOf(outDevice, context);
    case 'skuid':
    case 'skgid':
      return ownerOf(key, owner);
    default:
      return notModelled(`meta ${key}`);
  }
};

const groupOf = (device: string, context: PacketContext): Value => {
  if (device === '') return BREAK;
  const group = context.deviceGroup(device);
  return group === undefined ? notModelled(`the group of device ${device}`) : number(group);
};
/** What the host itself sends, and what comes back to it by lo, counts as for the host. */
const isOwn = ({ inDevice }: PacketContext): boolean => inDevice === '' || inDevice === 'lo';

/** A socket without a file has none (`nft_meta_get_eval_skugid`, net/netfilter/nft_meta.c). */
const ownerOf = (key: 'skuid' | 'skgid', owner: OwnerView): Value => {
  if (owner.kind === 'no-socket' || owner.kind === 'kernel-socket') return BREAK;
  const id = owner.kind === 'unknown' ? undefined : key === 'skuid' ? owner.uid : owner.gid;
  return id === undefined ? notModelled(`the ${key === 'skuid' ? 'user' : 'group'} that owns the sending socket`) : number(id);
};
