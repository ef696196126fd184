import type { Json } from '@nodelocal/netfilter-sim/json';
import { elements, field, parseJson, text, whole, wholeOr } from '@nodelocal/netfilter-sim/json';
import { flagIn, labelsIn, listOf, optional, portIn, textIn } from '../fields.ts';
import type { ListedNode, ListedPod, ListedService, Listing } from './listing.ts';
import { timestampIn } from './timestamp.ts';

const ROLE_LABEL = 'node-role.kubernetes.io/';

const commonOf = (json: Json): { readonly name: string; readonly createdAt: number } => {
  const metadata = field(json, 'metadata');
  return { name: text(field(metadata, 'name')), createdAt: timestampIn(field(metadata, 'creationTimestamp')) };
};

const namespaceOf = (json: Json): string => textIn(optional(field(json, 'metadata'), 'namespace'), 'default');

const nodeOf = (json: Json): ListedNode => {
  const status = optional(json, 'status');
  const info = optional(status, 'nodeInfo');
  const addressOf = (type: string): string | undefined =>
    listOf(optional(status, 'addresses')).flatMap((one) => (text(field(one, 'type')) === type ? [text(field(one, 'address'))] : []))[0];
  const conditions = listOf(optional(status, 'conditions'));
  return {
    ...commonOf(json),
    roles: [...labelsIn(optional(field(json, 'metadata'), 'labels')).keys()].flatMap((label) => (label.startsWith(ROLE_LABEL) ? [label.slice(ROLE_LABEL.length)] : [])).toSorted(),
    isReady: conditions.some((one) => text(field(one, 'type')) === 'Ready' && text(field(one, 'status')) === 'True'),
    kubeletVersion: textIn(optional(info, 'kubeletVersion'), ''),
    internalIp: addressOf('InternalIP'),
    externalIp: addressOf('ExternalIP'),
    osImage: textIn(optional(info, 'osImage'), ''),
    kernelVersion: textIn(optional(info, 'kernelVersion'), ''),
    containerRuntime: textIn(optional(info, 'containerRuntimeVersion'), ''),
  };
};

const serviceOf = (json: Json): ListedService => {
  const spec = field(json, 'spec');
  return {
    ...commonOf(json),
    namespace: namespaceOf(json),
    type: textIn(optional(spec, 'type'), 'ClusterIP'),
    clusterIp: textIn(optional(spec, 'clusterIP'), 'None'),
    externalIps: listOf(optional(spec, 'externalIPs')).map(text),
    ports: listOf(optional(spec, 'ports')).map((one) => ({
      port: whole(field(one, 'port')),
      nodePort: portIn(optional(one, 'nodePort')),
      protocol: textIn(optional(one, 'protocol'), 'TCP'),
    })),
  };
};

/** @param nodes among which is the one of a pod that has no network of its own */
const podOf = (json: Json, nodes: readonly ListedNode[]): ListedPod => {
  const spec = field(json, 'spec');
  const status = optional(json, 'status');
  const nodeName = textIn(optional(spec, 'nodeName'), undefined);
  const isOnHost = flagIn(optional(spec, 'hostNetwork'), false);
  return {
    ...commonOf(json),
    namespace: namespaceOf(json),
    labels: labelsIn(optional(field(json, 'metadata'), 'labels')),
    nodeName,
    ip: isOnHost ? nodes.find(({ name }) => name === nodeName)?.internalIp : textIn(optional(status, 'podIP'), undefined),
    phase: textIn(optional(status, 'phase'), 'Pending'),
    containers: listOf(optional(status, 'containerStatuses')).map((one) => ({
      isReady: flagIn(optional(one, 'ready'), false),
      restarts: wholeOr(optional(one, 'restartCount'), 0),
    })),
  };
};

const inOrder = <Kind extends { readonly namespace?: string; readonly name: string }>(objects: readonly Kind[]): readonly Kind[] => {
  const key = ({ namespace = '', name }: Kind): string => `${namespace}/${name}`;
  return objects.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
};

/**
 * The nodes, Services and pods among lists of objects, each as `kubectl get … -o json` prints one.
 * @throws InputError with the place of what is broken
 */
export const readListing = (files: readonly { readonly file: string; readonly text: string }[]): Listing => {
  const items = files.flatMap(({ file, text: written }) => elements(field(parseJson(file, written), 'items')));
  const ofKind = (kind: string): readonly Json[] => items.filter((one) => text(field(one, 'kind')) === kind);
  const nodes = inOrder(ofKind('Node').map(nodeOf));
  return { nodes, services: inOrder(ofKind('Service').map(serviceOf)), pods: inOrder(ofKind('Pod').map((pod) => podOf(pod, nodes))) };
};
