import type { Family } from '../../../packet/address.ts';
import type { Instant } from '../../../time.ts';
import type { SkbInfo } from '../../shared/set-reference.ts';
import { printParts } from '../values/element.ts';
import { livingElements } from '../values/elements.ts';
import { setTypeInfo } from '../values/set-type.ts';
import type { IpSet, IpSets, SetElement, SetMask, SetOptions } from '../values/set.ts';

/** What `ipset save` (7.17) prints: lists come last, for they name other sets. */
export const printIpSets = (sets: IpSets, now: Instant): string => {
  const all = [...sets.values()];
  const ordered = [...all.filter(({ type }) => type !== 'list:set'), ...all.filter(({ type }) => type === 'list:set')];
  const lines = ordered.flatMap((set) => [printHeader(set), ...livingElements(set, now).map((element) => printElement(set, element, now))]);
  return lines.map((line) => `${line}\n`).join('');
};

const FAMILY_NAMES: Readonly<Record<Family, string>> = { ipv4: 'inet', ipv6: 'inet6' };

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

const option = (name: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [`${name} ${value}`];

const flag = (name: string, set: boolean): readonly string[] => (set ? [name] : []);

const printMask = (mask: SetMask | undefined): readonly string[] => {
  if (mask === undefined) return [];
  return mask.kind === 'netmask' ? option('netmask', mask.length) : option('bitmask', mask.address);
};

const printRange = (range: SetOptions['range']): string | undefined => (range === undefined ? undefined : `${range.min}-${range.max}`);

/** The order of options is that of each type's arguments in ipset's lib/ipset_*.c. */
const printHeader = ({ name, type, family, options }: IpSet): string => {
  const { mask } = setTypeInfo(type);
  const { timeout, markMask } = options;
  return [
    `create ${name} ${type}`,
    ...option('range', printRange(options.range)),
    ...(family === 'any' || setTypeInfo(type).family !== 'either' ? [] : [`family ${FAMILY_NAMES[family]}`]),
    ...option('markmask', markMask === undefined ? undefined : hexadecimal(markMask)),
    ...option('hashsize', options.hashSize),
    ...option('maxelem', options.elementsMax),
    ...option('size', options.size),
    ...(mask === 'before-timeout' ? printMask(options.mask) : []),
    ...option('timeout', timeout === undefined ? undefined : timeout / 1000),
    ...flag('counters', options.counters),
    ...flag('comment', options.comment),
    ...flag('forceadd', options.forceAdd),
    ...flag('skbinfo', options.skbInfo),
    ...option('bucketsize', options.bucketSize),
    ...option('initval', options.initialValue === undefined ? undefined : hexadecimal(options.initialValue)),
    ...(mask === 'last' ? printMask(options.mask) : []),
  ].join(' ');
};

const printElement = ({ name, options }: IpSet, element: SetElement, now: Instant): string =>
  [
    `add ${name} ${printParts(element.parts)}${element.mac === undefined ? '' : `,${element.mac}`}`,
    ...option('timeout', options.timeout === undefined ? undefined : secondsLeft(element, now)),
    ...flag('nomatch', element.nomatch),
    ...flag('wildcard', element.parts.some((part) => part.kind === 'interface' && part.wildcard)),
    ...(options.counters ? [`packets ${element.packets} bytes ${element.bytes}`] : []),
    ...(element.comment === '' ? [] : [`comment "${element.comment}"`]),
    ...printSkbInfo(element.skbInfo),
  ].join(' ');

/** `ip_set_timeout_get`: the last second does not show as 0, which means that it stays. Time that waits shows whole. */
const secondsLeft = ({ expiresAt, lifetimeOnceOwned }: SetElement, now: Instant): number => {
  if (lifetimeOnceOwned !== undefined) return lifetimeOnceOwned / 1000;
  return expiresAt === undefined ? 0 : Math.max(1, Math.floor((expiresAt - now) / 1000));
};

const printSkbInfo = ({ mark: { value, mask }, priority: { major, minor }, queue }: SkbInfo): readonly string[] => {
  const hex = (number: number): string => number.toString(16);
  return [
    ...(value === 0 && mask === 0 ? [] : [`skbmark 0x${hex(value)}${mask === 0xffff_ffff ? '' : `/0x${hex(mask)}`}`]),
    ...(major === 0 && minor === 0 ? [] : [`skbprio ${hex(major)}:${hex(minor)}`]),
    ...(queue === 0 ? [] : [`skbqueue ${queue}`]),
  ];
};
