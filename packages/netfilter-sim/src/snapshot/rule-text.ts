import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { jsonOf } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { flowFromText } from './realms.ts';

type Fields = Record<string, unknown>;

/** Words that have one value behind them, and the names that `ip -j rule` gives it. */
const PAIRS: Readonly<Record<string, string>> = {
  tos: 'tos',
  dsfield: 'tos',
  iif: 'iif',
  oif: 'oif',
  ipproto: 'ipproto',
  lookup: 'table',
  suppress_prefixlength: 'suppress_prefixlen',
  goto: 'goto',
  proto: 'protocol',
};

/** Words that stand alone. */
const ALONE: Readonly<Record<string, Fields>> = {
  not: { not: null },
  nop: { nop: null },
  blackhole: { action: 'blackhole' },
  unreachable: { action: 'unreachable' },
  prohibit: { action: 'prohibit' },
  '[detached]': {},
  '[unresolved]': {},
};

/**
 * What `ip rule` prints for people, as `ip -j rule` would have it (ip/iprule.c of iproute2 6.1).
 * @throws InputError for a line that is none, or has a selector that is not known
 */
export const rulesFromText = (file: string, contents: string): Json => {
  const places = new WeakMap<object, Position>();
  const rules = contents.split('\n').flatMap((line, at): readonly Fields[] => {
    if (line.trim() === '') return [];
    const rule = readRule(line, { file, line: at + 1, column: 1 });
    places.set(rule, { file, line: at + 1, column: 1 });
    return [rule];
  });
  places.set(rules, { file, line: 1, column: 1 });
  return jsonOf(file, rules, places);
};

/** `32766:	from all lookup main`. */
const readRule = (line: string, position: Position): Fields => {
  const found = /^(\d+):\s+(.*)$/.exec(line);
  if (found === null) throw new InputError(position, 'expected a rule as ip prints it: "32766: from all lookup main"', 'write the output of ip rule into it');
  const words = (found[2] ?? '').trim().split(/\s+/);
  const rule: Fields = { priority: Number(found[1]) };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const alone = Object.hasOwn(ALONE, word) ? ALONE[word] : undefined;
    if (alone !== undefined) {
      Object.assign(rule, alone);
      continue;
    }
    at += 1;
    const value = words[at];
    const read = value === undefined ? undefined : readPair(word, value);
    if (read === undefined) {
      throw new InputError({ ...position, column: line.indexOf(word, line.indexOf(':')) + 1 }, `a rule with "${word}" is not modelled`, 'remove the rule, if it does not matter');
    }
    Object.assign(rule, read);
  }
  return rule;
};

const readPair = (word: string, value: string): Fields | undefined => {
  switch (word) {
    case 'from':
      return selector('src', value);
    case 'to':
      return selector('dst', value);
    case 'fwmark': {
      const [mark, mask] = value.split('/');
      return { fwmark: mark, ...(mask === undefined ? {} : { fwmask: mask }) };
    }
    case 'sport':
    case 'dport': {
      const [from, to] = value.split('-');
      return to === undefined ? { [word]: from } : { [`${word}_start`]: from, [`${word}_end`]: to };
    }
    case 'realms': {
      const { from, to } = flowFromText(value);
      return { ...(from === undefined ? {} : { flow_from: from }), flow_to: to };
    }
    case 'uidrange': {
      const [from, to] = value.split('-');
      return { uid_start: from, uid_end: to };
    }
    default: {
      if (value === '[l3mdev-table]') return { l3mdev: null };
      const name = Object.hasOwn(PAIRS, word) ? PAIRS[word] : undefined;
      return name === undefined ? undefined : { [name]: value };
    }
  }
};

const selector = (name: 'src' | 'dst', value: string): Fields => {
  const [address, length] = value.split('/');
  return { [name]: address, ...(length === undefined ? {} : { [`${name}len`]: length }) };
};
