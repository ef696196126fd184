import { InputError } from '../../../error.ts';
import { addressBits, addressFromBits, addressWidth } from '../../../packet/address.ts';
import type { Family } from '../../../packet/address.ts';
import { prefixMask } from '../../../packet/prefix.ts';
import { seconds } from '../../../time.ts';
import { utf8Bytes } from '../../shared/text.ts';
import { isSetType, SET_TYPES, setTypeInfo } from '../values/set-type.ts';
import type { SetType } from '../values/set-type.ts';
import type { IpSet, SetMask, SetOptions } from '../values/set.ts';
import { numberOption, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { readAddressText, readPrefixText, refuse } from './part.ts';
import type { Written } from './part.ts';

/** IPSET_MAXNAMELEN with its NUL. */
const NAME_BYTES_MAX = 31;
/** IPSET_BITMAP_MAX_RANGE (include/uapi/linux/netfilter/ipset/ip_set.h). */
const BITMAP_ELEMENTS_MAX = 65_536n;
/** What a timer of 32 bits of milliseconds can hold. */
export const TIMEOUT_SECONDS_MAX = 2_147_483;

/** Defaults of ipset 7.17. */
const HASH_SIZE = 1024;
const ELEMENTS_MAX = 65_536;
const LIST_SIZE = 8;

const COMMON = { timeout: 1, counters: 0, comment: 0, skbinfo: 0 } as const;
const OPTIONS = {
  bitmap: { ...COMMON, range: 1 },
  hash: { ...COMMON, family: 1, hashsize: 1, maxelem: 1, forceadd: 0, bucketsize: 1, initval: 1 },
  list: { ...COMMON, size: 1 },
} as const;

const optionsOf = (type: SetType): Readonly<Record<string, 0 | 1>> => {
  const { storage, mask } = setTypeInfo(type);
  return {
    ...OPTIONS[storage],
    ...(mask === undefined ? {} : { netmask: 1 }),
    ...(mask === undefined || storage !== 'hash' ? {} : { bitmask: 1 }),
    ...(type === 'hash:ip,mark' ? { markmask: 1 } : {}),
  };
};

/** What stands behind `create`: a name, a type and options. */
export const readHeader = (name: Written, [typeWord, ...words]: readonly Written[]): IpSet => {
  if (name.text === '' || utf8Bytes(name.text) > NAME_BYTES_MAX) refuse(name, `a name of at most ${NAME_BYTES_MAX} bytes`);
  if (typeWord === undefined) throw new InputError(name.position, 'the type of the set is missing', 'write create NAME TYPE');
  const type = isSetType(typeWord.text) ? typeWord.text : refuse(typeWord, `one of ${Object.keys(SET_TYPES).join(', ')}`);
  const info = setTypeInfo(type);
  const options = readOptions(words, optionsOf(type));
  const family = info.family === 'either' ? readFamily(options.get('family')) : info.family;
  return {
    name: name.text,
    type,
    family,
    options: {
      ...storageOptions(type, options, typeWord),
      ...optional('mask', readMask(options, family === 'any' ? 'ipv4' : family)),
      ...optional('markMask', type === 'hash:ip,mark' ? numberOption(options, 'markmask', { min: 1 }) : undefined),
      ...optional('timeout', readTimeout(options)),
      counters: options.has('counters'),
      comment: options.has('comment'),
      skbInfo: options.has('skbinfo'),
      forceAdd: options.has('forceadd'),
    },
    elements: new Map(),
    lengths: info.parts.filter((part) => part === 'network').map(() => new Map<number, number>()),
  };
};

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> =>
  value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);

const readTimeout = (options: Options): SetOptions['timeout'] => {
  const timeout = numberOption(options, 'timeout', { max: TIMEOUT_SECONDS_MAX });
  return timeout === undefined ? undefined : seconds(timeout);
};

const FAMILIES: Readonly<Record<string, Family>> = { inet: 'ipv4', ipv4: 'ipv4', inet6: 'ipv6', ipv6: 'ipv6' };

const readFamily = (word: Written | undefined): Family =>
  word === undefined ? 'ipv4' : (FAMILIES[word.text] ?? refuse(word, 'inet or inet6'));

const storageOptions = (type: SetType, options: Options, typeWord: Written): Partial<SetOptions> => {
  switch (setTypeInfo(type).storage) {
    case 'list':
      return { size: numberOption(options, 'size', { min: 1 }) ?? LIST_SIZE };
    case 'hash':
      return {
        hashSize: numberOption(options, 'hashsize', { min: 1 }) ?? HASH_SIZE,
        elementsMax: numberOption(options, 'maxelem', { min: 1 }) ?? ELEMENTS_MAX,
        ...optional('bucketSize', numberOption(options, 'bucketsize', { max: 255 })),
        ...optional('initialValue', numberOption(options, 'initval')),
      };
    case 'bitmap': {
      const range = options.get('range');
      if (range === undefined) throw new InputError(typeWord.position, 'the range is missing', `write ${type} range FROM-TO`);
      return { range: type === 'bitmap:port' ? readPortRange(range) : readAddressRange(range, numberOption(options, 'netmask')) };
    }
  }
};

type Range = NonNullable<SetOptions['range']>;

const readPortRange = (word: Written): Range => {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(word.text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return first <= 65_535 && last <= 65_535
    ? { min: Math.min(first, last), max: Math.max(first, last) }
    : refuse(word, 'FROM-TO, ports from 0 to 65535');
};

const readAddressRange = (word: Written, netmask = 32): Range => {
  const [from = '', to] = word.text.split('-');
  const prefix = readPrefixText(from, 'ipv4') ?? refuse(word, 'FROM-TO or PREFIX, in IPv4');
  const first = addressBits(prefix.address);
  const last =
    to === undefined
      ? first | (0xffff_ffffn ^ prefixMask('ipv4', prefix.length))
      : addressBits(readAddressText(to, 'ipv4') ?? refuse(word, 'FROM-TO or PREFIX, in IPv4'));
  // Ends that stand the wrong way round are turned.
  const [min, max] = first <= last ? [first, last] : [last, first];
  const size = (max - min + 1n) >> BigInt(32 - netmask);
  if (size > BITMAP_ELEMENTS_MAX) refuse(word, `at most ${BITMAP_ELEMENTS_MAX} elements`);
  return { min: addressFromBits('ipv4', min), max: addressFromBits('ipv4', max) };
};

const readMask = (options: Options, family: Family): SetMask | undefined => {
  const length = numberOption(options, 'netmask', { min: 1, max: addressWidth(family) });
  const bitmask = options.get('bitmask');
  if (bitmask === undefined) return length === undefined ? undefined : { kind: 'netmask', length };
  if (length !== undefined) return refuse(bitmask, 'either netmask or bitmask', 'remove one');
  const address = readAddressText(bitmask.text, family) ?? refuse(bitmask, `a mask of ${family}`);
  return { kind: 'bitmask', address };
};
