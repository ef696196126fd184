import type { Address, Family } from '@nodelocal/netfilter-sim';
import { familyOf } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { broken, field, text, whole } from '@nodelocal/netfilter-sim/json';
import { addressIn, isMissing, labelsIn, listOf, optional, portIn, prefixIn, textIn, wordIn } from './fields.ts';
import type { Service, ServicePort } from './objects.ts';

export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const POLICIES = ['Cluster', 'Local'] as const;
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;

/** Three hours (core/v1, DefaultClientIPServiceAffinitySeconds). */
const AFFINITY_SECONDS = 10_800;

const portOf = (json: Json): ServicePort => ({
  name: textIn(optional(json, 'name'), ''),
  protocol: wordIn(optional(json, 'protocol'), PROTOCOLS, 'TCP'),
  port: whole(field(json, 'port'), { min: 1, max: 65_535 }),
  nodePort: portIn(optional(json, 'nodePort')),
});

const clusterIpsIn = (spec: Json): ReadonlyMap<Family, Address> => {
  const several = listOf(optional(spec, 'clusterIPs'));
  const one = optional(spec, 'clusterIP');
  const all = several.length > 0 ? several : isMissing(one) ? [] : [one];
  const addresses = all.filter((each) => each.value !== 'None' && each.value !== '').map(addressIn);
  return new Map(addresses.map((address) => [familyOf(address), address]));
};

const vipsIn = (status: Json): readonly Address[] =>
  listOf(optional(optional(status, 'loadBalancer'), 'ingress'))
    .filter((ingress) => textIn(optional(ingress, 'ip'), '') !== '' && textIn(optional(ingress, 'ipMode'), 'VIP') === 'VIP')
    .map((ingress) => addressIn(field(ingress, 'ip')));

const affinityIn = (spec: Json): number | undefined => {
  if (wordIn(optional(spec, 'sessionAffinity'), ['None', 'ClientIP'], 'None') === 'None') return undefined;
  const seconds = optional(optional(optional(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds');
  return isMissing(seconds) ? AFFINITY_SECONDS : whole(seconds, { min: 1, max: 86_400 });
};

export const readService = (json: Json): Service => {
  const metadata = field(json, 'metadata');
  const spec = field(json, 'spec');
  const ports = listOf(optional(spec, 'ports')).map(portOf);
  if (ports.length > 1 && ports.some(({ name }) => name === '')) return broken(optional(spec, 'ports'), 'a name for each port, as there are several');
  return {
    namespace: textIn(optional(metadata, 'namespace'), 'default'),
    name: text(field(metadata, 'name')),
    labels: labelsIn(optional(metadata, 'labels')),
    type: wordIn(optional(spec, 'type'), TYPES, 'ClusterIP'),
    clusterIps: clusterIpsIn(spec),
    ports,
    externalIps: listOf(optional(spec, 'externalIPs')).map(addressIn),
    loadBalancerVips: vipsIn(optional(json, 'status')),
    loadBalancerSourceRanges: listOf(optional(spec, 'loadBalancerSourceRanges')).map(prefixIn),
    affinitySeconds: affinityIn(spec),
    internalTrafficPolicy: wordIn(optional(spec, 'internalTrafficPolicy'), POLICIES, 'Cluster'),
    externalTrafficPolicy: wordIn(optional(spec, 'externalTrafficPolicy'), POLICIES, 'Cluster'),
    healthCheckNodePort: portIn(optional(spec, 'healthCheckNodePort')),
  };
};
