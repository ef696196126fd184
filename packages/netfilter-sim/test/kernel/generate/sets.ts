import * as fc from 'fast-check';
import { line, not, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';
import { hasNomatch, SET_TYPES } from '../../../src/ruleset/ipset/values/set-type.ts';
import type { PartKind, SetType } from '../../../src/ruleset/ipset/values/set-type.ts';
import { takeLines } from '../../ruleset/ipset/lines.ts';
import { CLIENT_PORTS, POOLS, PORTS } from './pools.ts';

/**
 * The sets that rules may look in and change: one of each type, under fixed names, so that rules can speak of them without
 * knowing what is in them. Left out: types that Linux 6.18 is built without where this was recorded (`hash:mac`, `hash:ip,mac`,
 * `hash:ip,mark`, `hash:net,net`, `hash:net,port,net`), and lifetimes that end.
 */
const SETS = {
  addresses: 'hash:ip',
  ends: 'hash:ip,port',
  talks: 'hash:ip,port,ip',
  ways: 'hash:ip,port,net',
  networks: 'hash:net',
  devices: 'hash:net,iface',
  services: 'hash:net,port',
  ports: 'bitmap:port',
  pods: 'bitmap:ip',
  owners: 'bitmap:ip,mac',
  lists: 'list:set',
} as const satisfies Readonly<Record<string, SetType>>;

type SetName = keyof typeof SETS;

const namesFor = (family: Family): readonly SetName[] =>
  (Object.keys(SETS) as readonly SetName[]).filter((name) => family === 'ipv4' || SET_TYPES[SETS[name]].family !== 'ipv4');

/** What is to be in a set, if a rule speaks of it. */
export interface SetPlan {
  readonly name: SetName;
  readonly options: string;
  readonly elements: readonly string[];
}

const words = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((found) => found.filter((word) => word !== '').join(' '));

const maybe = (...texts: readonly string[]): fc.Arbitrary<string> => weighted([2, fc.constant('')], [1, oneOf(...texts)]);

const part = (kind: PartKind, family: Family): fc.Arbitrary<string> => {
  const { usual, networks } = POOLS[family];
  switch (kind) {
    case 'address':
      return oneOf(...usual);
    case 'network':
      return fc.oneof(oneOf(...networks), oneOf(...usual), line(oneOf(...usual), '/', family === 'ipv4' ? oneOf(16, 24, 31) : oneOf(48, 64, 127)));
    case 'port':
      return fc.oneof(line(oneOf('udp:', 'tcp:'), oneOf(...PORTS, ...CLIENT_PORTS)), oneOf(family === 'ipv4' ? 'icmp:echo-request' : 'icmpv6:echo-request', 'esp:0'));
    case 'bare-port':
      return oneOf(...PORTS, ...CLIENT_PORTS).map(String);
    case 'interface':
      return oneOf('vpod1', 'vpod2', 'eth0', 'vpod wildcard', 'lo');
    case 'set':
      return oneOf<string>(...namesFor(family).filter((name) => name !== 'lists'));
    case 'mac':
    case 'mark':
      throw new Error(`no element here has a ${kind}`);
  }
};

const RANGES: Partial<Readonly<Record<SetType, string>>> = { 'bitmap:port': 'range 0-1023', 'bitmap:ip': 'range 10.244.0.0/16', 'bitmap:ip,mac': 'range 10.244.0.0/16' };

const plan = (name: SetName, family: Family): fc.Arbitrary<SetPlan> => {
  const { parts, storage } = SET_TYPES[SETS[name]];
  const fixed = [RANGES[SETS[name]] ?? '', storage === 'hash' ? `family ${family === 'ipv4' ? 'inet' : 'inet6'}` : ''].filter((word) => word !== '').join(' ');
  return fc.tuple(maybe('counters'), maybe('timeout 600'), maybe('skbinfo')).chain(([counters, timeout, skbInfo]) => {
    const element = words(
      fc.tuple(...parts.map((kind) => part(kind, family))).map((texts) => texts.join(',')),
      hasNomatch(SETS[name]) ? maybe('nomatch') : fc.constant(''),
      timeout === '' ? fc.constant('') : maybe('timeout 0', 'timeout 300'),
      counters === '' ? fc.constant('') : maybe('packets 1 bytes 30'),
      skbInfo === '' ? fc.constant('') : maybe('skbmark 0x1', 'skbmark 0x4000/0x4000', 'skbmark 0x10/0xf0'),
    );
    return fc.record({
      name: fc.constant(name),
      options: fc.constant([fixed, timeout, counters, skbInfo].filter((word) => word !== '').join(' ')),
      elements: fc.array(element, { maxLength: 5 }),
    });
  });
};

export const setPlans = (family: Family): fc.Arbitrary<readonly SetPlan[]> => fc.tuple(...namesFor(family).map((name) => plan(name, family)));

/** What `ipset restore` reads: the sets that the rules speak of, without the lines that it refuses; `undefined`: they speak of none. */
export const setsText = (plans: readonly SetPlan[], rules: string): string | undefined => {
  const spoken = plans.filter(({ name }) => rules.includes(`-set ${name} `));
  if (spoken.length === 0) return undefined;
  const members = spoken.flatMap(({ name, elements }) => (name === 'lists' ? elements : []));
  const needed = plans.filter((one) => spoken.includes(one) || members.some((text) => text.split(' ')[0] === one.name));
  return takeLines(needed.flatMap(({ name, options, elements }) => [`create ${name} ${SETS[name]} ${options}`, ...elements.map((text) => `add ${name} ${text}`)])).text;
};

/** A set, and as many directions as it has parts; seldom others. */
const reference = (family: Family): fc.Arbitrary<string> =>
  oneOf(...namesFor(family)).chain((name) => {
    const { dimensions } = SET_TYPES[SETS[name]];
    const usual = name === 'lists' ? 2 : dimensions;
    const ways = (length: number): fc.Arbitrary<string> => fc.array(oneOf('src', 'dst'), { minLength: length, maxLength: length }).map((found) => found.join(','));
    return line(`${name} `, weighted([8, ways(usual)], [1, ways((usual % 3) + 1)]));
  });

export const setMatch = (family: Family): fc.Arbitrary<string> =>
  words(
    line('-m set ', not, '--match-set ', reference(family)),
    maybe('--return-nomatch'),
    maybe('! --update-counters'),
    maybe('! --update-subcounters'),
    maybe('--packets-eq 2', '! --packets-eq 2', '--packets-gt 1', '--bytes-lt 60', '--bytes-gt 40'),
  );

export const setTarget = (family: Family): fc.Arbitrary<string> =>
  weighted(
    [2, words(line('-j SET --add-set ', reference(family)), maybe('--exist'), maybe('--timeout 200', '--timeout 0'))],
    [1, line('-j SET --del-set ', reference(family))],
  );

/** Marks that sets have: of the mangle table alone. */
export const setMapping = (family: Family): fc.Arbitrary<string> => line('-j SET --map-set ', reference(family), ' --map-mark');
