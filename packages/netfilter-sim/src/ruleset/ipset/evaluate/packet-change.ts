import { addressWidth, familyOf } from '../../../packet/address.ts';
import { packetBytes } from '../../../packet/packet.ts';
import { prefixOf } from '../../../packet/prefix.ts';
import type { Instant } from '../../../time.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { SetChange } from '../../shared/set-reference.ts';
import { findElement, insertElement, isFull, isOver, lengthsOf, removeElement, lifetimeOf, giveOwner, inRange, waitsForOwner } from '../values/elements.ts';
import { setTypeInfo } from '../values/set-type.ts';
import { NO_SKB_INFO } from '../values/set.ts';
import type { ElementPart, IpSet, IpSets, SetElement } from '../values/set.ts';
import { takes } from './membership.ts';
import { packetParts } from './packet-parts.ts';
import type { PacketView } from './packet-parts.ts';

/**
 * `ip_set_add` and `ip_set_del` (net/netfilter/ipset/ip_set_core.c, 6.12). A packet that does not fit
 * into the set, or is there already (is not there), changes nothing.
 */
export const changeByPacket = (sets: IpSets, change: SetChange, view: PacketView, now: Instant): NotModelled | undefined => {
  const set = sets.get(change.set);
  if (set === undefined) return notModelled(`ipset ${change.set}, which was not given`);
  const outcome = changeSet({ sets, view, now }, set, change);
  return outcome.kind === 'not-modelled' ? outcome : undefined;
};

interface Surroundings {
  readonly sets: IpSets;
  readonly view: PacketView;
  readonly now: Instant;
}

type Outcome = { readonly kind: 'changed' } | { readonly kind: 'refused' } | NotModelled;

const CHANGED: Outcome = { kind: 'changed' };
const REFUSED: Outcome = { kind: 'refused' };

const changeSet = (around: Surroundings, set: IpSet, change: SetChange): Outcome => {
  if (!takes(set, around.view.packet.family, change.dimensions.length)) return REFUSED;
  if (set.type === 'list:set') return changeList(around, set, change);
  const found = packetParts(set, change.dimensions, around.view);
  switch (found.kind) {
    case 'none':
      return REFUSED;
    case 'unknown':
      return notModelled(`${found.what}, for ipset ${set.name}`);
    case 'parts': {
      const parts = mostSpecific(set, found.parts);
      if (!inRange(set, parts)) return REFUSED;
      return change.operation === 'add' ? add(around, set, { parts, mac: found.mac }, change) : remove(around, set, parts);
    }
  }
};

/** The first member that takes the change gets it (`list_set_kadd`, ip_set_list_set.c). */
const changeList = (around: Surroundings, list: IpSet, change: SetChange): Outcome => {
  for (const [name, member] of list.elements) {
    const set = isOver(member, around.now) ? undefined : around.sets.get(name);
    const outcome = set === undefined ? REFUSED : changeSet(around, set, change);
    if (outcome.kind !== 'refused') return outcome;
  }
  return REFUSED;
};

/** Networks get the longest prefix length that the set has (`INIT_CIDR`, ip_set_hash_gen.h, 6.12). */
const mostSpecific = (set: IpSet, parts: readonly ElementPart[]): readonly ElementPart[] => {
  const kinds = setTypeInfo(set.type).parts;
  return parts.map((part, at) => {
    if (kinds[at] !== 'network' || part.kind !== 'network') return part;
    const { address } = part.prefix;
    const network = kinds.slice(0, at).filter((kind) => kind === 'network').length;
    return { kind: 'network', prefix: prefixOf(address, lengthsOf(set, network)[0] ?? addressWidth(familyOf(address))) };
  });
};

/** `mtype_add` of ip_set_hash_gen.h and ip_set_bitmap_gen.h, 6.12. */
const add = (
  { view, now }: Surroundings,
  set: IpSet,
  { parts, mac }: Pick<SetElement, 'parts' | 'mac'>,
  { exist, timeout }: SetChange,
): Outcome => {
  const counters = set.options.counters ? { packets: 1n, bytes: BigInt(packetBytes(view.packet)) } : { packets: 0n, bytes: 0n };
  const fresh = { ...counters, mac, nomatch: false, skbInfo: NO_SKB_INFO, ...lifetimeOf(set, { timeout, mac, now }) };
  const there = findElement(set, parts);
  if (there !== undefined && waitsForOwner(set, there)) {
    giveOwner(set, there, { ...counters, mac, comment: '', skbInfo: NO_SKB_INFO, timeout, now });
    return CHANGED;
  }
  if (there !== undefined && !isOver(there, now)) {
    if (!exist) return REFUSED;
    // A hash keeps the comment, a bitmap makes the element anew.
    Object.assign(there, fresh, setTypeInfo(set.type).storage === 'bitmap' ? { comment: '' } : {});
    return CHANGED;
  }
  if (there !== undefined) removeElement(set, there);
  if (isFull(set, now)) {
    return set.options.forceAdd ? notModelled(`which element the full ipset ${set.name} gives up (forceadd)`) : REFUSED;
  }
  insertElement(set, { parts, comment: '', ...fresh });
  return CHANGED;
};

const remove = ({ now }: Surroundings, set: IpSet, parts: readonly ElementPart[]): Outcome => {
  const there = findElement(set, parts);
  if (there === undefined || isOver(there, now)) return REFUSED;
  removeElement(set, there);
  return CHANGED;
};
