import { readTuple, sameTuple } from '../../../conntrack/entry/tuple.ts';
import type { Tuple } from '../../../conntrack/entry/tuple.ts';
import { InputError } from '../../../error.ts';
import { addressWidth } from '../../../packet/address.ts';
import { prefixOf, printPrefix } from '../../../packet/prefix.ts';
import { readPrefixLength } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, hasOption, numberValue, refuse, requireOneOption, valueOf } from '../extension/option-values.ts';

/** How many connections that the rule has seen an address or network has (net/netfilter/xt_connlimit.c). */
export interface ConnlimitMatch {
  readonly kind: 'connlimit';
  readonly side: 'upto' | 'above';
  readonly connections: number;
  readonly maskLength: number;
  readonly by: 'src' | 'dst';
}

/** A connection that the rule has seen, as its first packet named it. */
interface Flow {
  readonly tuple: Tuple;
  readonly zone: number;
}

/** Those of one address or network, the oldest first. Plain data, changed in place. */
interface Counted {
  flows: readonly Flow[];
}

const flowOf = ({ conntrack, packet }: PacketContext): Flow | undefined => {
  if (conntrack.kind === 'tracked') return { tuple: conntrack.entry.original, zone: conntrack.entry.zone };
  const reading = readTuple(packet);
  return reading.kind === 'tuple' ? { tuple: reading.tuple, zone: 0 } : undefined;
};

/**
 * `__nf_conncount_add` (net/netfilter/nf_conncount.c, 6.1): forgets connections that are over on the
 * way, up to the packet's own if that is there; else adds it, unless it is long established.
 */
const countFlow = (counted: Counted, flow: Flow, context: PacketContext): void => {
  const { conntrack } = context;
  const { flows } = counted;
  const isAlive = ({ tuple, zone }: Flow): boolean => context.connectionState(tuple, zone) === 'open';
  const assured = conntrack.kind === 'tracked' && conntrack.entry.status.confirmed && conntrack.entry.status.assured;
  if (assured && flows.length > 0) {
    counted.flows = flows.filter(isAlive);
    return;
  }
  const own = flows.findIndex(({ tuple, zone }) => zone === flow.zone && sameTuple(tuple, flow.tuple) && context.connectionState(tuple, zone) !== 'gone');
  counted.flows = own < 0 ? [...flows.filter(isAlive), flow] : [...flows.slice(0, own).filter(isAlive), ...flows.slice(own)];
};

const limit = { values: 1, invertible: true } as const;
const flag = { values: 0, invertible: false } as const;

export const connlimit: MatchModule<'connlimit', ConnlimitMatch> = {
  name: 'connlimit',
  needsConntrack: () => true,
  options: {
    '--connlimit-upto': limit,
    '--connlimit-above': limit,
    '--connlimit-mask': { values: 1, invertible: false },
    '--connlimit-saddr': flag,
    '--connlimit-daddr': flag,
  },

  parse(options, scope) {
    const option = requireOneOption(options, ['--connlimit-upto', '--connlimit-above'], scope);
    const mask = findOption(options, '--connlimit-mask');
    const width = addressWidth(scope.family);
    if (hasOption(options, '--connlimit-saddr') && hasOption(options, '--connlimit-daddr')) {
      throw new InputError(
        scope.position,
        '--connlimit-saddr and --connlimit-daddr exclude each other',
        'keep one of them',
      );
    }
    return {
      kind: 'connlimit',
      side: (option.name === '--connlimit-above') === option.inverted ? 'upto' : 'above',
      connections: numberValue(option, { min: 0, max: UINT32_MAX }),
      maskLength: mask === undefined ? width : (readPrefixLength(scope.family, valueOf(mask)) ?? refuse(mask, 'a prefix length or a mask')),
      by: hasOption(options, '--connlimit-daddr') ? 'dst' : 'src',
    };
  },

  print: (match) =>
    `--connlimit-${match.side} ${match.connections} --connlimit-mask ${match.maskLength} ` +
    `--connlimit-${match.by === 'src' ? 'saddr' : 'daddr'}`,

  evaluate({ side, connections, maskLength, by }, context, memoryKey) {
    const { packet } = context;
    const flow = flowOf(context);
    // connlimit_mt drops what it cannot count.
    if (flow === undefined) return 'hotdrop';
    const near = prefixOf(by === 'src' ? packet.src : packet.dst, maskLength);
    const counted = context.memory<Counted>(`${memoryKey} ${printPrefix(near)} zone ${flow.zone}`, () => ({ flows: [] }));
    countFlow(counted, flow, context);
    return answer(counted.flows.length > connections === (side === 'above'));
  },

  describe: (match) =>
    `its ${match.by === 'src' ? 'source' : 'destination'} (/${match.maskLength}) has ` +
    `${match.side === 'above' ? 'more than' : 'at most'} ${match.connections} connections`,
};
