import type { Address } from '@nodelocal/netfilter-sim';
import { readAddress } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { field, text } from '@nodelocal/netfilter-sim/json';
import { labelsIn, listOf, optional, prefixIn, textIn } from './fields.ts';
import type { KubernetesNode } from './objects.ts';

/** Names of hosts are no addresses. */
const addressesIn = (status: Json, type: 'InternalIP' | 'ExternalIP'): readonly Address[] =>
  listOf(optional(status, 'addresses')).flatMap((one) => (text(field(one, 'type')) === type ? (readAddress(text(field(one, 'address'))) ?? []) : []));

export const readNode = (json: Json): KubernetesNode => {
  const metadata = field(json, 'metadata');
  const spec = optional(json, 'spec');
  const status = optional(json, 'status');
  const single = textIn(optional(spec, 'podCIDR'), '') === '' ? [] : [optional(spec, 'podCIDR')];
  const ranges = listOf(optional(spec, 'podCIDRs'));
  return {
    name: text(field(metadata, 'name')),
    labels: labelsIn(optional(metadata, 'labels')),
    internalIps: addressesIn(status, 'InternalIP'),
    externalIps: addressesIn(status, 'ExternalIP'),
    podRanges: (ranges.length > 0 ? ranges : single).map(prefixIn),
  };
};
