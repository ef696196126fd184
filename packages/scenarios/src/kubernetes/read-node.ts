import type { Address } from '@nodelocal/netfilter-sim';
import { readAddress } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { field, text } from '@nodelocal/netfilter-sim/json';
import { labelsIn, listOf, optional, prefixIn, textIn } from './fields.ts';
import type { KubernetesNode } from './objects.ts';

const KINDS = ['InternalIP', 'ExternalIP'];

/** Those inside come first (component-helpers, node/util, GetNodeHostIPs); names of hosts are no addresses. */
const addressesIn = (status: Json): readonly Address[] => {
  const listed = listOf(optional(status, 'addresses')).map((one) => ({ kind: text(field(one, 'type')), address: readAddress(text(field(one, 'address'))) }));
  return KINDS.flatMap((kind) => listed.flatMap((one) => (one.kind === kind && one.address !== undefined ? [one.address] : [])));
};

export const readNode = (json: Json): KubernetesNode => {
  const metadata = field(json, 'metadata');
  const spec = optional(json, 'spec');
  const single = textIn(optional(spec, 'podCIDR'), '') === '' ? [] : [optional(spec, 'podCIDR')];
  const ranges = listOf(optional(spec, 'podCIDRs'));
  return {
    name: text(field(metadata, 'name')),
    labels: labelsIn(optional(metadata, 'labels')),
    addresses: addressesIn(optional(json, 'status')),
    podRanges: (ranges.length > 0 ? ranges : single).map(prefixIn),
  };
};
