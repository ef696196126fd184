import { InputError } from '../../../error.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, numberValue, requireOption } from '../extension/option-values.ts';

/** This node's share of the connections of a cluster (net/netfilter/xt_cluster.c). */
export interface ClusterMatch {
  readonly kind: 'cluster';
  readonly nodeMask: number;
  readonly nodes: number;
  readonly seed: number;
  readonly inverted: boolean;
}

const NOT_MODELLED = 'the hash by which a cluster shares its connections';
const NODES_MAX = 32;

const readMask = (options: readonly WrittenOption[]): number | undefined => {
  const node = findOption(options, '--cluster-local-node');
  const mask = findOption(options, '--cluster-local-nodemask');
  if (node !== undefined && mask === undefined) return (1 << (numberValue(node, { min: 1, max: NODES_MAX }) - 1)) >>> 0;
  return mask === undefined || node !== undefined ? undefined : numberValue(mask, { min: 1, max: UINT32_MAX });
};

const word = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

export const cluster: MatchModule<'cluster', ClusterMatch> = {
  name: 'cluster',
  notModelled: NOT_MODELLED,
  needsConntrack: () => true,
  options: {
    '--cluster-total-nodes': { values: 1, invertible: false },
    '--cluster-local-node': { values: 1, invertible: true },
    '--cluster-local-nodemask': { values: 1, invertible: true },
    '--cluster-hash-seed': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const total = requireOption(options, '--cluster-total-nodes', scope, 'N');
    const seed = requireOption(options, '--cluster-hash-seed', scope, 'NUMBER');
    const nodeMask = readMask(options);
    const nodes = numberValue(total, { min: 1, max: NODES_MAX });
    if (nodeMask === undefined || (nodes < NODES_MAX && nodeMask >= 2 ** nodes)) {
      throw new InputError(
        scope.position,
        'the local node is missing or outside the cluster',
        `add --cluster-local-node N, from 1 to ${nodes}`,
      );
    }
    return {
      kind: 'cluster',
      nodeMask,
      nodes,
      seed: numberValue(seed, { min: 0, max: UINT32_MAX }),
      inverted: options.some(({ inverted }) => inverted),
    };
  },

  print: (match) =>
    `${not(match.inverted)}--cluster-local-nodemask ${word(match.nodeMask)} ` +
    `--cluster-total-nodes ${match.nodes} --cluster-hash-seed ${word(match.seed)}`,
  evaluate: () => notModelled(NOT_MODELLED),
  describe: (match) => `its connection ${is(match.inverted)} this node's share of a cluster of ${match.nodes}`,
};
