import type { EntryView } from '../../../conntrack/entry/entry.ts';
import type { Tuple, Direction } from '../../../conntrack/entry/tuple.ts';
import { InputError } from '../../../error.ts';
import { elapsed } from '../../../time.ts';
import { liesIn, printAddressOrMask, readHostAndMask } from '../../shared/address-values.ts';
import type { AddressAndMask } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { printInterval, readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import { protocolByName } from '../../shared/protocol-names.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension/extension.ts';
import { findOption, intervalValue, is, namesValue, not, portsValue, refuse, valueOf } from '../extension/option-values.ts';
import { CONNECTION_STATES, holdsState } from './connection-state.ts';
import type { ConnectionState } from './connection-state.ts';

const STATUSES = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;
const ADDRESS_SIDES = ['origsrc', 'origdst', 'replsrc', 'repldst'] as const;
const PORT_SIDES = ['origsrcport', 'origdstport', 'replsrcport', 'repldstport'] as const;

/** What is wanted of one property of the connection. */
interface Wanted<Value> {
  readonly value: Value;
  readonly inverted: boolean;
}

/** The packet's connection (net/netfilter/xt_conntrack.c, revision 3). */
export interface ConntrackMatch {
  readonly kind: 'conntrack';
  readonly state?: Wanted<readonly ConnectionState[]>;
  readonly protocol?: Wanted<number>;
  readonly addresses: Readonly<Partial<Record<(typeof ADDRESS_SIDES)[number], Wanted<AddressAndMask>>>>;
  readonly ports: Readonly<Partial<Record<(typeof PORT_SIDES)[number], Wanted<Interval>>>>;
  readonly status?: Wanted<readonly (typeof STATUSES)[number][]>;
  /** Seconds that the entry has left. */
  readonly expires?: Wanted<Interval>;
  readonly direction?: Direction;
}

const invertible = { values: 1, invertible: true } as const;

const wanted = <Value>(
  options: readonly WrittenOption[],
  name: string,
  read: (option: WrittenOption) => Value,
): Wanted<Value> | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : { value: read(option), inverted: option.inverted };
};

const readProtocol = (option: WrittenOption): number =>
  readBounded(valueOf(option), { min: 0, max: 255 }) ??
  protocolByName(valueOf(option)) ??
  refuse(option, 'a protocol by name or number');

const readStatuses = (option: WrittenOption): readonly (typeof STATUSES)[number][] => {
  const statuses = namesValue(option, STATUSES);
  // NONE adds no bit: it counts, and is printed, only where it stands alone.
  return statuses.length > 1 ? statuses.filter((status) => status !== 'NONE') : statuses;
};

const readDirection = (option: WrittenOption): Direction => {
  const name = valueOf(option).toUpperCase();
  if (name === 'ORIGINAL') return 'original';
  return name === 'REPLY' ? 'reply' : refuse(option, 'ORIGINAL or REPLY');
};

const readAddresses = (options: readonly WrittenOption[], scope: RuleScope): ConntrackMatch['addresses'] =>
  Object.fromEntries(
    ADDRESS_SIDES.flatMap((side) => {
      const found = wanted(
        options,
        `--ct${side}`,
        (option) =>
          readHostAndMask(scope.family, valueOf(option)) ?? refuse(option, `an ${scope.family} address or prefix`),
      );
      return found === undefined ? [] : [[side, found]];
    }),
  );

const readPorts = (options: readonly WrittenOption[]): ConntrackMatch['ports'] =>
  Object.fromEntries(
    PORT_SIDES.flatMap((side) => {
      const found = wanted(options, `--ct${side}`, (option) => portsValue(option));
      return found === undefined ? [] : [[side, found]];
    }),
  );

const tupleOf = (entry: EntryView, side: string): Tuple => (side.startsWith('orig') ? entry.original : entry.reply);

/** The 16 bits that the kernel compares as a port: for ICMP the id, and type and code. */
const layer4 = (tuple: Tuple, end: 'src' | 'dst'): number => {
  switch (tuple.kind) {
    case 'ports':
      return end === 'src' ? tuple.sport : tuple.dport;
    case 'icmp':
      return end === 'src' ? tuple.icmpId : tuple.icmpType * 256 + tuple.icmpCode;
    case 'plain':
      return 0;
  }
};

const holdsStatus = (entry: EntryView, statuses: readonly (typeof STATUSES)[number][]): boolean =>
  (entry.status.expected && statuses.includes('EXPECTED')) ||
  (entry.status.seenReply && statuses.includes('SEEN_REPLY')) ||
  (entry.status.assured && statuses.includes('ASSURED')) ||
  (entry.status.confirmed && statuses.includes('CONFIRMED'));

const inside = (number: number, { min, max }: Interval): boolean => number >= min && number <= max;

/** Undefined: not asked for. */
const met = <Value>(test: Wanted<Value> | undefined, holds: (value: Value) => boolean): boolean =>
  test === undefined || holds(test.value) !== test.inverted;

const holdsEntry = (match: ConntrackMatch, entry: EntryView, direction: Direction, context: PacketContext): boolean =>
  (match.direction === undefined || match.direction === direction) &&
  ADDRESS_SIDES.every((side) =>
    met(match.addresses[side], (test) => liesIn(tupleOf(entry, side)[side.endsWith('src') ? 'src' : 'dst'], test)),
  ) &&
  met(match.protocol, (protocol) => entry.original.protocol === protocol) &&
  PORT_SIDES.every((side) =>
    met(match.ports[side], (ports) =>
      inside(layer4(tupleOf(entry, side), side.includes('src') ? 'src' : 'dst'), ports),
    ),
  ) &&
  met(match.status, (statuses) => holdsStatus(entry, statuses)) &&
  met(match.expires, (seconds) => inside(secondsLeft(entry, context), seconds));

/** 0 as long as the entry is not in the table, for its timer does not run yet. */
const secondsLeft = (entry: EntryView, { now }: PacketContext): number =>
  entry.status.confirmed ? Math.max(0, Math.floor(elapsed(now, entry.expiresAt) / 1000)) : 0;

/** Each property with the option's name and its value as text, in the order in which they are printed. */
const properties = (match: ConntrackMatch): readonly (readonly [name: string, text: string, inverted: boolean])[] => {
  const rows: (readonly [string, string, boolean])[] = [];
  const add = <Value>(name: string, test: Wanted<Value> | undefined, print: (value: Value) => string): void => {
    if (test !== undefined) rows.push([name, print(test.value), test.inverted]);
  };
  add('--ctstate', match.state, (states) => states.join(','));
  add('--ctproto', match.protocol, String);
  for (const side of ADDRESS_SIDES) add(`--ct${side}`, match.addresses[side], printAddressOrMask);
  for (const side of PORT_SIDES) add(`--ct${side}`, match.ports[side], printInterval);
  add('--ctstatus', match.status, (statuses) => statuses.join(','));
  add('--ctexpire', match.expires, printInterval);
  if (match.direction !== undefined) rows.push(['--ctdir', match.direction.toUpperCase(), false]);
  return rows;
};

export const conntrack: MatchModule<'conntrack', ConntrackMatch> = {
  name: 'conntrack',
  needsConntrack: () => true,
  steady: 'while-unchanged',
  options: {
    '--ctstate': invertible,
    '--ctproto': invertible,
    '--ctorigsrc': invertible,
    '--ctorigdst': invertible,
    '--ctreplsrc': invertible,
    '--ctrepldst': invertible,
    '--ctorigsrcport': invertible,
    '--ctorigdstport': invertible,
    '--ctreplsrcport': invertible,
    '--ctrepldstport': invertible,
    '--ctstatus': invertible,
    '--ctexpire': invertible,
    '--ctdir': { values: 1, invertible: false },
  },

  parse(options, scope) {
    if (options.length === 0) {
      throw new InputError(scope.position, 'match "conntrack" has no option', 'add one such as --ctstate NEW');
    }
    const state = wanted(options, '--ctstate', (option) => namesValue(option, CONNECTION_STATES));
    const protocol = wanted(options, '--ctproto', readProtocol);
    const status = wanted(options, '--ctstatus', readStatuses);
    const expires = wanted(options, '--ctexpire', (option) => intervalValue(option, { min: 0, max: UINT32_MAX }));
    const direction = findOption(options, '--ctdir');
    return {
      kind: 'conntrack',
      ...(state === undefined ? {} : { state }),
      ...(protocol === undefined ? {} : { protocol }),
      addresses: readAddresses(options, scope),
      ports: readPorts(options),
      ...(status === undefined ? {} : { status }),
      ...(expires === undefined ? {} : { expires }),
      ...(direction === undefined ? {} : { direction: readDirection(direction) }),
    };
  },

  print: (match) =>
    properties(match)
      .map(([name, text, inverted]) => `${not(inverted)}${name} ${text}`)
      .join(' '),

  evaluate(match, context) {
    const { conntrack } = context;
    if (!met(match.state, (states) => holdsState(conntrack, states))) return 'no-match';
    // Without a connection everything else counts as met if a state was asked for, and as not met
    // if none was, inverted or not (conntrack_mt: `if (ct == NULL) return match_flags & STATE`).
    if (conntrack.kind !== 'tracked') return answer(match.state !== undefined);
    return answer(holdsEntry(match, conntrack.entry, conntrack.direction, context));
  },

  describe: (match) =>
    properties(match)
      .map(
        ([name, text, inverted]) =>
          `the connection's ${SPOKEN[name] ?? name} ${is(inverted)} ${text.replaceAll(',', ' or ')}`,
      )
      .join(' and '),
};

const SPOKEN: Readonly<Record<string, string>> = {
  '--ctstate': 'state',
  '--ctproto': 'protocol',
  '--ctorigsrc': 'original source',
  '--ctorigdst': 'original destination',
  '--ctreplsrc': 'reply source',
  '--ctrepldst': 'reply destination',
  '--ctorigsrcport': 'original source port',
  '--ctorigdstport': 'original destination port',
  '--ctreplsrcport': 'reply source port',
  '--ctrepldstport': 'reply destination port',
  '--ctstatus': 'status',
  '--ctexpire': 'time left in seconds',
  '--ctdir': 'direction',
};
