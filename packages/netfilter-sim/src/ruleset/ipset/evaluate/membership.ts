import type { Family } from '../../../packet/address.ts';
import { packetBytes } from '../../../packet/packet.ts';
import { prefixOf } from '../../../packet/prefix.ts';
import type { Instant } from '../../../time.ts';
import type { SetAnswer, SetCounterTest, SetTest } from '../../shared/set-reference.ts';
import { elementsOfNetwork, findElement, giveOwner, isOver, lengthsOf, isFor, waitsForOwner } from '../values/elements.ts';
import { hasNomatch, setTypeInfo } from '../values/set-type.ts';
import { NO_SKB_INFO } from '../values/set.ts';
import type { ElementPart, IpSet, IpSets, SetElement } from '../values/set.ts';
import { packetParts } from './packet-parts.ts';
import type { PacketView } from './packet-parts.ts';

/** `ip_set_test` (net/netfilter/ipset/ip_set_core.c, 6.12); counters of elements that it finds rise. */
export const testMembership = (sets: IpSets, test: SetTest, view: PacketView, now: Instant): SetAnswer => {
  const set = sets.get(test.set);
  return set === undefined ? { kind: 'no-such-set' } : testSet({ sets, view, now }, set, test);
};

interface Surroundings {
  readonly sets: IpSets;
  readonly view: PacketView;
  readonly now: Instant;
}

const NOT_IN: SetAnswer = { kind: 'not-in' };

/** Whether packets of the family, and tests of so many fields, have to do with the set at all. */
export const takes = (set: IpSet, family: Family, dimensions: number): boolean =>
  dimensions >= setTypeInfo(set.type).dimensions && (set.family === 'any' || set.family === family);

const testSet = (around: Surroundings, set: IpSet, test: SetTest): SetAnswer => {
  if (!takes(set, around.view.packet.family, test.dimensions.length)) return NOT_IN;
  if (set.type === 'list:set') return testList(around, set, test);
  const found = packetParts(set, test.dimensions, around.view);
  switch (found.kind) {
    case 'none':
      return NOT_IN;
    case 'unknown':
      return { kind: 'not-modelled', what: `${found.what}, for ipset ${set.name}` };
    case 'parts': {
      if (set.type === 'bitmap:ip,mac') return testOwned(around, set, found, test);
      const element = search(around, set, found.parts, test);
      if (element === undefined) return NOT_IN;
      const turned = test.returnNomatch && hasNomatch(set.type);
      return element.nomatch === turned ? { kind: 'in', skbInfo: element.skbInfo } : NOT_IN;
    }
  }
};

/**
 * `bitmap_ipmac_do_test` (ip_set_bitmap_ipmac.c, 6.12): an element without a MAC address gets the packet's, and
 * counts as found whatever else was asked (`ip_set_test` adds it on EAGAIN).
 */
const testOwned = (
  around: Surroundings,
  set: IpSet,
  { parts, mac }: Pick<SetElement, 'parts' | 'mac'>,
  test: SetTest,
): SetAnswer => {
  const element = findElement(set, parts);
  if (element === undefined) return NOT_IN;
  if (waitsForOwner(set, element)) {
    const counters = set.options.counters ? { packets: 1n, bytes: BigInt(packetBytes(around.view.packet)) } : { packets: 0n, bytes: 0n };
    giveOwner(set, element, { ...counters, mac, comment: '', skbInfo: NO_SKB_INFO, timeout: undefined, now: around.now });
    return { kind: 'in', skbInfo: NO_SKB_INFO };
  }
  return element.mac === mac && agrees(around, set, element, test) ? { kind: 'in', skbInfo: element.skbInfo } : NOT_IN;
};

/** The first element that says anything of the packet: the most specific networks come first. */
const search = (around: Surroundings, set: IpSet, parts: readonly ElementPart[], test: SetTest): SetElement | undefined => {
  for (const probe of probes(set, parts)) {
    const [network, device] = probe;
    if (network !== undefined && device?.kind === 'interface') {
      const found = searchDevice(around, set, { network, device }, test);
      if (found.kind === 'element') return found.element;
      if (found.kind === 'other-devices') return undefined;
    } else {
      const element = findElement(set, probe);
      if (element !== undefined && agrees(around, set, element, test)) return element;
    }
  }
  return undefined;
};

type DeviceSearch = { readonly kind: 'element'; readonly element: SetElement } | { readonly kind: 'other-devices' } | { readonly kind: 'nothing' };

/**
 * `mtype_test_cidrs` (ip_set_hash_gen.h) with its `multi`: a network that is there for other devices
 * only hides shorter ones, unless an element for this device, whose counters were not as asked, came last.
 */
const searchDevice = (
  around: Surroundings,
  set: IpSet,
  { network, device }: { readonly network: ElementPart; readonly device: ElementPart & { readonly kind: 'interface' } },
  test: SetTest,
): DeviceSearch => {
  let last: DeviceSearch = { kind: 'nothing' };
  for (const element of elementsOfNetwork(set, network)) {
    if (!isFor(element, device)) last = isOver(element, around.now) ? last : { kind: 'other-devices' };
    else if (agrees(around, set, element, test)) return { kind: 'element', element };
    else last = { kind: 'nothing' };
  }
  return last;
};

/** The packet's element with every combination of prefix lengths that the set has. */
const probes = function* probes(set: IpSet, parts: readonly ElementPart[]): Generator<readonly ElementPart[]> {
  const kinds = setTypeInfo(set.type).parts;
  const extend = function* extend(at: number, network: number, begun: readonly ElementPart[]): Generator<readonly ElementPart[]> {
    const part = parts[at];
    if (part === undefined) {
      yield begun;
    } else if (kinds[at] !== 'network' || part.kind !== 'network') {
      yield* extend(at + 1, network, [...begun, part]);
    } else {
      for (const length of lengthsOf(set, network)) {
        yield* extend(at + 1, network + 1, [...begun, { kind: 'network', prefix: prefixOf(part.prefix.address, length) }]);
      }
    }
  };
  yield* extend(0, 0, []);
};

/** `ip_set_match_extensions`: it is not over, it counts the packet, and its counters are as asked. */
const agrees = ({ view, now }: Surroundings, set: IpSet, element: SetElement, test: SetTest): boolean => {
  if (isOver(element, now)) return false;
  if (!set.options.counters) return true;
  if (test.updateCounters) {
    element.packets += 1n;
    element.bytes += BigInt(packetBytes(view.packet));
  }
  return test.counters.every((counter) => holdsCounterTest(counter, element));
};

const holdsCounterTest = ({ counter, comparison, value, inverted }: SetCounterTest, element: SetElement): boolean => {
  switch (comparison) {
    case 'eq':
      return (element[counter] === value) !== inverted;
    case 'lt':
      return element[counter] < value;
    case 'gt':
      return element[counter] > value;
  }
};

/** `list_set_ktest` (ip_set_list_set.c, 6.12): the first member that has the packet answers. */
const testList = (around: Surroundings, list: IpSet, test: SetTest): SetAnswer => {
  const inner: SetTest = { ...test, counters: [], updateCounters: test.updateCounters && test.updateSubcounters };
  for (const [name, member] of list.elements) {
    const set = around.sets.get(name);
    const answer = set === undefined ? NOT_IN : testSet(around, set, inner);
    if (answer.kind === 'not-modelled') return answer;
    if (answer.kind === 'in' && agrees(around, list, member, test)) {
      return list.options.skbInfo ? { kind: 'in', skbInfo: member.skbInfo } : answer;
    }
  }
  return NOT_IN;
};
