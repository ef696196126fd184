import { addressBits } from '../../../packet/address.ts';
import { later } from '../../../time.ts';
import type { Instant, Duration } from '../../../time.ts';
import type { SkbInfo } from '../../shared/set-reference.ts';
import { elementKey } from './element.ts';
import { setTypeInfo } from './set-type.ts';
import type { ElementPart, IpSet, SetElement } from './set.ts';

type Interface = Extract<ElementPart, { kind: 'interface' }>;

/** What an element is made with; the rest follows from its set. */
export interface NewElement {
  readonly parts: readonly ElementPart[];
  readonly mac: string | undefined;
  readonly nomatch: boolean;
  readonly expiresAt: Instant | undefined;
  readonly lifetimeOnceOwned: Duration | undefined;
  readonly packets: bigint;
  readonly bytes: bigint;
  readonly comment: string;
  readonly skbInfo: SkbInfo;
}

export const isOver = ({ expiresAt }: SetElement, now: Instant): boolean => expiresAt !== undefined && expiresAt <= now;

/** Elements in the order in which they came, without those that are over. */
export const livingElements = (set: IpSet, now: Instant): readonly SetElement[] =>
  [...set.elements.values()].filter((element) => !isOver(element, now));

const networkParts = (parts: readonly ElementPart[], { type }: IpSet): readonly ElementPart[] =>
  parts.filter((_, at) => setTypeInfo(type).parts[at] === 'network');

const countLengths = (set: IpSet, parts: readonly ElementPart[], by: 1 | -1): void => {
  for (const [at, part] of networkParts(parts, set).entries()) {
    const lengths = set.lengths[at];
    if (part.kind !== 'network' || lengths === undefined) continue;
    const { length } = part.prefix;
    const count = (lengths.get(length) ?? 0) + by;
    if (count === 0) lengths.delete(length);
    else lengths.set(length, count);
  }
};

export const insertElement = (set: IpSet, element: NewElement): void => {
  set.elements.set(elementKey(element.parts), { ...element });
  countLengths(set, element.parts, 1);
};

export const removeElement = (set: IpSet, { parts }: SetElement): void => {
  set.elements.delete(elementKey(parts));
  countLengths(set, parts, -1);
};

/** Whether there is no room for another element; those that are over make room. */
export const isFull = (set: IpSet, now: Instant): boolean => {
  const { elementsMax = Infinity } = set.options;
  if (set.elements.size < elementsMax) return false;
  const over = [...set.elements.values()].filter((element) => isOver(element, now));
  for (const element of over) removeElement(set, element);
  return set.elements.size >= elementsMax;
};

/** Whether an element's device is this one (`hash_netiface4_data_equal`, ip_set_hash_netiface.c, 6.12). */
export const isFor = ({ parts: [, own] }: SetElement, { name, physical }: Interface): boolean =>
  own?.kind === 'interface' &&
  own.physical === physical &&
  (own.wildcard ? name.startsWith(own.name) : name === own.name);

/** Elements of a `hash:net,iface` for exactly this network, whatever their device. */
export const elementsOfNetwork = (set: IpSet, network: ElementPart): readonly SetElement[] => {
  const key = elementKey([network]);
  return [...set.elements.values()].filter(({ parts: [own] }) => own !== undefined && elementKey([own]) === key);
};

/** The element that stands for these parts; a wildcard stands for every device that it begins. */
export const findElement = (set: IpSet, parts: readonly ElementPart[]): SetElement | undefined => {
  const [network, device] = parts;
  if (network === undefined || device?.kind !== 'interface') return set.elements.get(elementKey(parts));
  return elementsOfNetwork(set, network).find((element) => isFor(element, device));
};

/** Prefix lengths in use, the most specific first. */
export const lengthsOf = (set: IpSet, at: number): readonly number[] =>
  [...(set.lengths[at]?.keys() ?? [])].sort((a, b) => b - a);

/** Whether the element lies in a bitmap's range; other sets have none. */
export const inRange = ({ options: { range } }: IpSet, [part]: readonly ElementPart[]): boolean => {
  if (range === undefined) return true;
  if (part?.kind === 'port') return part.port >= Number(range.min) && part.port <= Number(range.max);
  if (part?.kind !== 'network' || typeof range.min === 'number' || typeof range.max === 'number') return false;
  const bits = addressBits(part.prefix.address);
  return bits >= addressBits(range.min) && bits <= addressBits(range.max);
};

type Lifetime = Pick<SetElement, 'expiresAt' | 'lifetimeOnceOwned'>;

/** Until when an element made now lives; a lifetime of 0 never ends. */
export const lifetimeOf = (
  { type, options }: IpSet,
  { timeout, mac, now }: { readonly timeout: Duration | undefined; readonly mac: string | undefined; readonly now: Instant },
): Lifetime => {
  const lifetime = options.timeout === undefined ? undefined : (timeout ?? options.timeout);
  const waits = type === 'bitmap:ip,mac' && mac === undefined;
  return {
    expiresAt: waits || lifetime === undefined || lifetime === 0 ? undefined : later(now, lifetime),
    lifetimeOnceOwned: waits ? lifetime : undefined,
  };
};

/** Whether an element waits for the first who tells its MAC address (MAC_UNSET). */
export const waitsForOwner = ({ type }: IpSet, { mac }: SetElement): boolean => type === 'bitmap:ip,mac' && mac === undefined;

/**
 * Tells an element its MAC address: its time begins to run (`bitmap_ipmac_do_add` and `bitmap_ipmac_add_timeout`,
 * ip_set_bitmap_ipmac.c, 6.12). The set's own timeout counts as none given.
 */
export const giveOwner = (
  set: IpSet,
  element: SetElement,
  { timeout, now, ...given }: { readonly timeout: Duration | undefined; readonly now: Instant } & Pick<
    SetElement,
    'mac' | 'packets' | 'bytes' | 'comment' | 'skbInfo'
  >,
): void => {
  const kept = timeout === undefined || timeout === set.options.timeout ? element.lifetimeOnceOwned : timeout;
  Object.assign(element, given, lifetimeOf(set, { timeout: kept, mac: given.mac, now }));
};
