import { InputError } from '../../../error.ts';
import { seconds } from '../../../time.ts';
import type { Instant } from '../../../time.ts';
import type { SkbInfo } from '../../shared/set-reference.ts';
import { maskAddress } from '../values/element.ts';
import { findElement, giveOwner, inRange, insertElement, isFull, lifetimeOf, waitsForOwner } from '../values/elements.ts';
import type { NewElement } from '../values/elements.ts';
import { hasNomatch, setTypeInfo } from '../values/set-type.ts';
import { NO_SKB_INFO } from '../values/set.ts';
import type { ElementPart, IpSet, IpSets } from '../values/set.ts';
import { TIMEOUT_SECONDS_MAX } from './header.ts';
import { numberOption, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { readMac, readPart, readUint32, refuse } from './part.ts';
import type { PartScope, Written } from './part.ts';

/** The words of an `add` line behind the set's name, which stands for the line in messages. */
interface AddLine {
  readonly line: Written;
  readonly words: readonly Written[];
  readonly now: Instant;
}

const COMMENT_LENGTH_MAX = 255;

/** Puts what an `add` line names into the set; a range of addresses or ports stands for each. */
export const readElements = (sets: IpSets, set: IpSet, { line, words: [entry, ...words], now }: AddLine): void => {
  if (entry === undefined) throw new InputError(line.position, 'the element is missing', `write add ${set.name} ELEMENT`);
  const options = readOptions(words, optionsOf(set));
  if (set.type === 'list:set') checkMember(sets, set, entry);
  const { kinds, mac } = splitEntry(set, entry);
  const timeout = readTimeout(options);
  const extensions = {
    nomatch: options.has('nomatch'),
    ...lifetimeOf(set, { timeout, mac, now }),
    packets: readCounter(options, 'packets'),
    bytes: readCounter(options, 'bytes'),
    comment: readComment(options.get('comment')),
    skbInfo: readSkbInfo(options),
    mac,
  };
  const wildcard = options.has('wildcard');
  for (const parts of combine(kinds)) {
    const named = parts.map((part) => (part.kind === 'interface' && wildcard ? { ...part, wildcard } : part));
    const element = { parts: masked(set, named), ...extensions };
    const there = findElement(set, element.parts);
    if (there === undefined) {
      addElement(set, entry, element, now);
      continue;
    }
    // What the line does not count goes on (`ip_set_init_counter`, ip_set.h, 6.12).
    const counters = { packets: options.has('packets') ? element.packets : there.packets, bytes: options.has('bytes') ? element.bytes : there.bytes };
    if (mac !== undefined && waitsForOwner(set, there)) {
      giveOwner(set, there, { ...counters, mac, comment: element.comment, skbInfo: element.skbInfo, timeout, now });
    } else if (there.lifetimeOnceOwned !== undefined && there.lifetimeOnceOwned > 0) {
      // Its time has not begun, and is taken for one that is over (`mtype_add`, ip_set_bitmap_gen.h, 6.12).
      Object.assign(there, element, counters);
    } else {
      addElement(set, entry, element, now);
    }
  }
  const anchor = options.get('before') ?? options.get('after');
  if (anchor !== undefined) moveMember(set, { member: entry.text, anchor, before: options.has('before') });
};

const optionsOf = ({ type, options: { timeout, counters, comment, skbInfo } }: IpSet): Readonly<Record<string, 0 | 1>> => ({
  ...(timeout === undefined ? {} : { timeout: 1 }),
  ...(counters ? { packets: 1, bytes: 1 } : {}),
  ...(comment ? { comment: 1 } : {}),
  ...(skbInfo ? { skbmark: 1, skbprio: 1, skbqueue: 1 } : {}),
  ...(hasNomatch(type) ? { nomatch: 0 } : {}),
  ...(type === 'hash:net,iface' ? { wildcard: 0 } : {}),
  ...(type === 'list:set' ? { before: 1, after: 1 } : {}),
});

const addElement = (set: IpSet, entry: Written, element: NewElement, now: Instant): void => {
  if (!inRange(set, element.parts)) refuse(entry, 'an element in the range of the set');
  if (findElement(set, element.parts) !== undefined) refuse(entry, 'an element that is not there yet', 'remove it');
  if (isFull(set, now) || set.elements.size >= (set.options.size ?? Infinity)) {
    refuse(entry, 'room in the set', 'create the set with a larger maxelem or size');
  }
  insertElement(set, element);
};

/** A `bitmap:ip` with a netmask holds networks by their first address. */
const masked = ({ options: { mask } }: IpSet, parts: readonly ElementPart[]): readonly ElementPart[] =>
  parts.map((part) =>
    part.kind === 'network' ? { ...part, prefix: { ...part.prefix, address: maskAddress(part.prefix.address, mask) } } : part,
  );

interface Entry {
  /** For each field what it stands for. */
  readonly kinds: readonly (readonly ElementPart[])[];
  readonly mac: string | undefined;
}

const splitEntry = (set: IpSet, entry: Written): Entry => {
  const { parts, refusesZero, everything } = setTypeInfo(set.type);
  const scope: PartScope = {
    family: set.family === 'any' ? 'ipv4' : set.family,
    mask: set.options.mask,
    markMask: set.options.markMask ?? 0xffff_ffff,
    refusesZero,
    everything,
  };
  // Only a list's members may have a comma in their name.
  const fields = set.type === 'list:set' ? [entry] : splitFields(entry);
  const withMac = set.type === 'bitmap:ip,mac' && fields.length === 2;
  if (fields.length !== parts.length && !withMac) {
    return refuse(entry, `${parts.length} fields, as ${set.type} has`, 'put a comma between them');
  }
  const kinds = parts.map((kind, at) => readPart(kind, fields[at] ?? entry, scope));
  return { kinds, mac: withMac && fields[1] !== undefined ? readMac(fields[1]) : undefined };
};

const splitFields = ({ text, position }: Written): readonly Written[] => {
  let column = position.column;
  return text.split(',').map((field) => {
    const written = { text: field, position: { ...position, column } };
    column += field.length + 1;
    return written;
  });
};

const combine = (fields: readonly (readonly ElementPart[])[]): readonly (readonly ElementPart[])[] =>
  fields.reduce<readonly (readonly ElementPart[])[]>(
    (begun, parts) => begun.flatMap((before) => parts.map((part) => [...before, part])),
    [[]],
  );

const readTimeout = (options: Options): ReturnType<typeof seconds> | undefined => {
  const timeout = numberOption(options, 'timeout', { max: TIMEOUT_SECONDS_MAX });
  return timeout === undefined ? undefined : seconds(timeout);
};

const readCounter = (options: Options, name: string): bigint => {
  const word = options.get(name);
  if (word === undefined) return 0n;
  const value = /^\d{1,20}$/.test(word.text) ? BigInt(word.text) : -1n;
  return value >= 0n && value < 1n << 64n ? value : refuse(word, 'a number of 64 bits');
};

const readComment = (word: Written | undefined): string => {
  if (word === undefined) return '';
  return word.text.length > COMMENT_LENGTH_MAX ? refuse(word, `at most ${COMMENT_LENGTH_MAX} characters`) : word.text;
};

const readSkbInfo = (options: Options): SkbInfo => {
  const [mark, priority] = [options.get('skbmark'), options.get('skbprio')];
  return {
    mark: mark === undefined ? NO_SKB_INFO.mark : readSkbMark(mark),
    priority: priority === undefined ? NO_SKB_INFO.priority : readPriority(priority),
    queue: numberOption(options, 'skbqueue', { max: 0xffff }) ?? 0,
  };
};

const readSkbMark = (word: Written): SkbInfo['mark'] => {
  const [valueText = '', maskText] = word.text.split('/');
  const value = readUint32(valueText);
  const mask = maskText === undefined ? 0xffff_ffff : readUint32(maskText);
  return value === undefined || mask === undefined ? refuse(word, 'MARK or MARK/MASK') : { value, mask };
};

const readPriority = (word: Written): SkbInfo['priority'] => {
  const [, major, minor] = /^([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(word.text) ?? [];
  if (major === undefined || minor === undefined) return refuse(word, 'MAJOR:MINOR, in hexadecimal');
  return { major: Number.parseInt(major, 16), minor: Number.parseInt(minor, 16) };
};

const checkMember = (sets: IpSets, list: IpSet, entry: Written): void => {
  const member = sets.get(entry.text) ?? refuse(entry, 'a set that was created before', 'create it first');
  if (member.type === 'list:set') refuse(entry, 'a set that is no list', `list ${list.name} cannot hold lists`);
};

/** `before` and `after` put a member where it is asked for; the order decides which one answers. */
const moveMember = (
  list: IpSet,
  { member, anchor, before }: { readonly member: string; readonly anchor: Written; readonly before: boolean },
): void => {
  const others = [...list.elements].filter(([name]) => name !== member);
  const at = others.findIndex(([name]) => name === anchor.text);
  const moved = list.elements.get(member);
  if (at < 0 || moved === undefined) return refuse(anchor, 'a member of the list');
  others.splice(before ? at : at + 1, 0, [member, moved]);
  list.elements.clear();
  for (const [name, element] of others) list.elements.set(name, element);
};
