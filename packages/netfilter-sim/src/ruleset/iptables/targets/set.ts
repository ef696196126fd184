import { InputError } from '../../../error.ts';
import { seconds } from '../../../time.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import type { Change } from '../../shared/outcome.ts';
import type { SetReference } from '../../shared/set-reference.ts';
import type { TargetModule, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, numberValue } from '../extension/option-values.ts';
import { printSetReference, setReferenceValue } from '../extension/set-reference.ts';

const MAPPINGS = ['--map-mark', '--map-prio', '--map-queue'] as const;

const MAPPED = { '--map-mark': 'mark', '--map-prio': 'priority', '--map-queue': 'queue' } as const;

/** Changes an ipset by the packet, or the packet by an ipset (net/netfilter/xt_set.c, set_target_v3). */
export interface SetTarget {
  readonly kind: 'SET';
  readonly add?: SetReference;
  /** Renew what is there already. */
  readonly exist: boolean;
  readonly timeoutSeconds?: number;
  readonly remove?: SetReference;
  readonly map?: SetReference & { readonly fields: readonly (typeof MAPPINGS)[number][] };
}

/** iptables 1.8.9 takes a ! and forgets it. */
const pair = { values: 2, invertible: true } as const;
const flag = { values: 0, invertible: true } as const;

const readReference = (options: readonly WrittenOption[], name: string): SetReference | undefined => {
  const option = findOption(options, name);
  return option === undefined ? undefined : setReferenceValue(option);
};

export const set: TargetModule<'SET', SetTarget> = {
  name: 'SET',
  options: {
    '--add-set': pair,
    '--del-set': pair,
    '--map-set': pair,
    '--exist': flag,
    '--timeout': { values: 1, invertible: true },
    '--map-mark': flag,
    '--map-prio': flag,
    '--map-queue': flag,
  },

  parse(options, scope) {
    const add = readReference(options, '--add-set');
    const remove = readReference(options, '--del-set');
    const map = readReference(options, '--map-set');
    if (add === undefined && remove === undefined && map === undefined) {
      throw new InputError(scope.position, 'target "SET" has nothing to do', 'add --add-set, --del-set or --map-set');
    }
    const ofAdd = options.find(({ name }) => name === '--exist' || name === '--timeout');
    if (ofAdd !== undefined && add === undefined) {
      throw new InputError(ofAdd.position, `${ofAdd.name} goes with --add-set only`, 'remove it');
    }
    const fields = MAPPINGS.filter((name) => hasOption(options, name));
    if ((map === undefined) !== (fields.length === 0)) {
      throw new InputError(scope.position, `--map-set goes with one of ${MAPPINGS.join(', ')}`, 'give both');
    }
    const timeout = findOption(options, '--timeout');
    return {
      kind: 'SET',
      ...(add === undefined ? {} : { add }),
      exist: hasOption(options, '--exist'),
      ...(timeout === undefined ? {} : { timeoutSeconds: numberValue(timeout, { min: 0, max: UINT32_MAX - 1 }) }),
      ...(remove === undefined ? {} : { remove }),
      ...(map === undefined ? {} : { map: { ...map, fields } }),
    };
  },

  placement({ map }) {
    if (map === undefined) return {};
    const queues = map.fields.includes('--map-prio') || map.fields.includes('--map-queue');
    return { tables: ['mangle'], ...(queues ? { hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] } : {}) };
  },

  print: ({ add, exist, timeoutSeconds, remove, map }) =>
    [
      ...(add === undefined ? [] : [`--add-set ${printSetReference(add)}`]),
      ...(exist ? ['--exist'] : []),
      ...(timeoutSeconds === undefined ? [] : [`--timeout ${timeoutSeconds}`]),
      ...(remove === undefined ? [] : [`--del-set ${printSetReference(remove)}`]),
      ...(map === undefined ? [] : [`--map-set ${printSetReference(map)}`, ...map.fields]),
    ].join(' '),

  apply({ add, exist, timeoutSeconds, remove, map }) {
    const changes: Change[] = [];
    if (add !== undefined) {
      const timeout = timeoutSeconds === undefined ? {} : { timeout: seconds(timeoutSeconds) };
      changes.push({ kind: 'change-set', operation: 'add', ...add, ...timeout, exist });
    }
    if (remove !== undefined) changes.push({ kind: 'change-set', operation: 'delete', ...remove, exist: false });
    if (map !== undefined) {
      const { set: name, dimensions, fields } = map;
      changes.push({ kind: 'map-from-set', set: name, dimensions, fields: fields.map((field) => MAPPED[field]) });
    }
    return goOn(...changes);
  },

  describe: ({ add, remove, map }) =>
    [
      ...(add === undefined ? [] : [`add its ${add.dimensions.join(' and ')} to the ipset ${add.set}`]),
      ...(remove === undefined ? [] : [`delete its ${remove.dimensions.join(' and ')} from the ipset ${remove.set}`]),
      ...(map === undefined ? [] : [`take its mark, priority or queue from the ipset ${map.set}`]),
    ].join(' and '),
};
