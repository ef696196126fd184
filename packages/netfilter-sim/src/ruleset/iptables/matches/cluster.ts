import { InputError } from '../../../error.ts';
import { jhash2 } from '../../../nat/jhash.ts';
import { addressBits, addressWidth, familyOf } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, numberValue, requireOption } from '../extension/option-values.ts';

/** This node's share of the connections of a cluster (net/netfilter/xt_cluster.c, 6.12). */
export interface ClusterMatch {
  readonly kind: 'cluster';
  readonly nodeMask: number;
  readonly nodes: number;
  readonly seed: number;
  readonly inverted: boolean;
}

const NODES_MAX = 32;

const readMask = (options: readonly WrittenOption[]): number | undefined => {
  const node = findOption(options, '--cluster-local-node');
  const mask = findOption(options, '--cluster-local-nodemask');
  if (node !== undefined && mask === undefined) return (1 << (numberValue(node, { min: 1, max: NODES_MAX }) - 1)) >>> 0;
  return mask === undefined || node !== undefined ? undefined : numberValue(mask, { min: 1, max: UINT32_MAX });
};

/**
 * The first 32 bits of an address as a little-endian processor reads them from the packet: all of an IPv4 address,
 * and all that xt_cluster_hash_ipv6 takes of an IPv6 one, since NF_CT_TUPLE_L3SIZE counts words, not octets.
 */
const firstWord = (address: Address): number => {
  const bits = addressBits(address) >> BigInt(addressWidth(familyOf(address)) - 32);
  const octets = Array.from({ length: 4 }, (_, octet) => (bits >> BigInt(24 - 8 * octet)) & 0xffn);
  return Number(octets.reduceRight((sum, octet) => (sum << 8n) | octet, 0n));
};

/** reciprocal_scale (include/linux/kernel.h): the hash picks one of the nodes. */
const nodeOf = (address: Address, { nodes, seed }: ClusterMatch): number =>
  Number((BigInt(jhash2([firstWord(address)], seed)) * BigInt(nodes)) >> 32n);

const word = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

export const cluster: MatchModule<'cluster', ClusterMatch> = {
  name: 'cluster',
  notModelledFor: 'connections that were expected',
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

  evaluate(match, { conntrack }) {
    // Without a connection it says no, inverted or not.
    if (conntrack.kind !== 'tracked') return 'no-match';
    if (conntrack.entry.status.expected) return notModelled('the connection that this one was expected from');
    const own = (match.nodeMask >>> nodeOf(conntrack.entry.original.src, match)) & 1;
    return answer((own === 1) !== match.inverted);
  },

  describe: (match) => `its connection ${is(match.inverted)} this node's share of a cluster of ${match.nodes}`,
};
