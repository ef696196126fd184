import type { Direction } from '../../../conntrack/entry/tuple.ts';
import { InputError } from '../../../error.ts';
import { readBounded } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, refuse, valueOf } from '../extension/option-values.ts';

/** What conntrack is told before it sees the packet (net/netfilter/xt_CT.c, revision 2). */
export interface CtTarget {
  readonly kind: 'CT';
  readonly notrack: boolean;
  readonly zone?: { readonly id: number | 'mark'; readonly direction: 'both' | Direction };
  readonly helper?: string;
  readonly timeoutPolicy?: string;
  readonly events: readonly string[];
  readonly expectationEvents: readonly string[];
}

/** In the order of enum ip_conntrack_events, as libxt_CT.c of iptables 1.8.9 names them. */
const EVENTS = [
  'new',
  'related',
  'destroy',
  'reply',
  'assured',
  'protoinfo',
  'helper',
  'mark',
  'natseqinfo',
  'secmark',
];
const EXPECTATION_EVENTS = ['new'];

const readEvents = (options: readonly WrittenOption[], name: string, known: readonly string[]): readonly string[] => {
  const option = findOption(options, name);
  if (option === undefined) return [];
  const given = valueOf(option).split(',');
  if (given.some((event) => !known.includes(event))) refuse(option, `a comma list of ${known.join(', ')}`);
  return known.filter((event) => given.includes(event));
};

const ZONE_OPTIONS = new Set(['--zone', '--zone-orig', '--zone-reply']);

/** The last zone counts; naming both directions comes to the same as naming none. */
const readZone = (options: readonly WrittenOption[]): CtTarget['zone'] => {
  const written = options.filter(({ name }) => ZONE_OPTIONS.has(name));
  const ids = written.map((option) =>
    valueOf(option).toLowerCase() === 'mark'
      ? 'mark'
      : (readBounded(valueOf(option), { min: 0, max: 65535 }) ?? refuse(option, 'a zone from 0 to 65535, or mark')),
  );
  const id = ids.at(-1);
  if (id === undefined) return undefined;
  const [original, reply] = [hasOption(written, '--zone-orig'), hasOption(written, '--zone-reply')];
  const direction = original === reply ? 'both' : original ? 'original' : 'reply';
  return { id, direction };
};

const ZONE_OPTION = { both: '--zone', original: '--zone-orig', reply: '--zone-reply' } as const;

const one = { values: 1, invertible: false } as const;

export const ct: TargetModule<'CT', CtTarget> = {
  name: 'CT',
  notModelledFor: '`--timeout`',
  // NOTRACK in this spelling needs no tracking either.
  needsConntrack: ({ notrack }) => !notrack,
  options: {
    '--notrack': { values: 0, invertible: false },
    '--helper': one,
    '--timeout': one,
    '--ctevents': one,
    '--expevents': one,
    '--zone': one,
    '--zone-orig': one,
    '--zone-reply': one,
  },
  placement: () => ({ tables: ['raw'] }),

  parse(options, scope) {
    const zone = readZone(options);
    const helper = findOption(options, '--helper');
    const timeout = findOption(options, '--timeout');
    for (const option of [helper, timeout]) {
      if (option !== undefined && valueOf(option) !== '' && scope.protocol === undefined) {
        throw new InputError(option.position, `${option.name} needs a protocol`, 'add -p PROTOCOL');
      }
    }
    return {
      kind: 'CT',
      notrack: hasOption(options, '--notrack'),
      ...(zone === undefined ? {} : { zone }),
      ...(helper === undefined || valueOf(helper) === '' ? {} : { helper: valueOf(helper) }),
      ...(timeout === undefined || valueOf(timeout) === '' ? {} : { timeoutPolicy: valueOf(timeout) }),
      events: readEvents(options, '--ctevents', EVENTS),
      expectationEvents: readEvents(options, '--expevents', EXPECTATION_EVENTS),
    };
  },

  print: ({ notrack, helper, timeoutPolicy, events, expectationEvents, zone }) =>
    [
      ...(notrack ? ['--notrack'] : []),
      ...(helper === undefined ? [] : [`--helper ${helper}`]),
      ...(timeoutPolicy === undefined ? [] : [`--timeout ${timeoutPolicy}`]),
      ...(events.length === 0 ? [] : [`--ctevents ${events.join(',')}`]),
      ...(expectationEvents.length === 0 ? [] : [`--expevents ${expectationEvents.join(',')}`]),
      ...(zone === undefined || zone.id === 0 ? [] : [`${ZONE_OPTION[zone.direction]} ${zone.id}`]),
    ].join(' '),

  apply: ({ notrack, zone, helper, timeoutPolicy }) =>
    notrack
      ? goOn({ kind: 'untrack' })
      : goOn({
          kind: 'template',
          ...(zone === undefined ? {} : { zone }),
          ...(helper === undefined ? {} : { helper }),
          ...(timeoutPolicy === undefined ? {} : { timeoutPolicy }),
        }),

  describe: ({ notrack, zone, helper, timeoutPolicy }) =>
    notrack
      ? 'leave it out of connection tracking'
      : `track its connection${zone === undefined ? '' : ` in zone ${zone.id}`}` +
        (helper === undefined ? '' : ` with the helper ${helper}`) +
        (timeoutPolicy === undefined ? '' : ` with the timeouts ${timeoutPolicy}`),
};
