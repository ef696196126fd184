import type { Json } from '@nodelocal/netfilter-sim/json';
import { broken, field, text } from '@nodelocal/netfilter-sim/json';
import { addressIn, flagIn, isMissing, labelsIn, listOf, optional, portIn, textIn, wordIn } from './fields.ts';
import type { EndpointSlice, SliceEndpoint } from './objects.ts';
import { PROTOCOLS } from './read-service.ts';

const hintsIn = (hints: Json, kind: 'forZones' | 'forNodes'): ReadonlySet<string> => new Set(listOf(optional(hints, kind)).map((one) => text(field(one, 'name'))));

const endpointOf = (json: Json): SliceEndpoint => {
  const [address] = listOf(field(json, 'addresses'));
  const conditions = optional(json, 'conditions');
  const hints = optional(json, 'hints');
  return {
    address: address === undefined ? broken(field(json, 'addresses'), 'an address') : addressIn(address),
    nodeName: textIn(optional(json, 'nodeName'), undefined),
    isReady: flagIn(optional(conditions, 'ready'), true),
    isServing: flagIn(optional(conditions, 'serving'), true),
    isTerminating: flagIn(optional(conditions, 'terminating'), false),
    zoneHints: hintsIn(hints, 'forZones'),
    nodeHints: hintsIn(hints, 'forNodes'),
  };
};

/** @returns `undefined` for a slice of names, which no packet is sent to */
export const readEndpointSlice = (json: Json): EndpointSlice | undefined => {
  const type = wordIn(optional(json, 'addressType'), ['IPv4', 'IPv6', 'FQDN'], 'IPv4');
  if (type === 'FQDN') return undefined;
  const metadata = field(json, 'metadata');
  return {
    namespace: textIn(optional(metadata, 'namespace'), 'default'),
    name: text(field(metadata, 'name')),
    labels: labelsIn(optional(metadata, 'labels')),
    family: type === 'IPv4' ? 'ipv4' : 'ipv6',
    // A slice may leave a port's number out: then kube-proxy passes it over (endpointslicecache.go).
    ports: listOf(optional(json, 'ports')).flatMap((one) => {
      const port = portIn(optional(one, 'port'));
      if (port === undefined) return [];
      return [{ name: textIn(optional(one, 'name'), ''), protocol: wordIn(optional(one, 'protocol'), PROTOCOLS, 'TCP'), port }];
    }),
    endpoints: listOf(optional(json, 'endpoints'))
      .filter((one) => !isMissing(one))
      .map(endpointOf),
  };
};
