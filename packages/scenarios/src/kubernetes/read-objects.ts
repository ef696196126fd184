import type { Prefix } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { broken, elements, field, parseJson, text } from '@nodelocal/netfilter-sim/json';
import { isMissing, listOf, optional, prefixIn } from './fields.ts';
import type { EndpointSlice, KubernetesNode, KubernetesObjects, Service } from './objects.ts';
import { readEndpointSlice } from './read-endpoint-slice.ts';
import { readNode } from './read-node.ts';
import { readService } from './read-service.ts';

/**
 * What kube-proxy does not ask the API for: what another proxy serves, and what DNS answers with the pods' own addresses
 * (cmd/kube-proxy/app/server.go of 1.34, the label selector of its informers).
 */
const isAskedFor = ({ labels }: { readonly labels: ReadonlyMap<string, string> }): boolean =>
  !labels.has('service.kubernetes.io/service-proxy-name') && !labels.has('service.kubernetes.io/headless');

/** Objects by their kind; a later one of the same name takes the place of an earlier one. */
class Collected {
  readonly #nodes = new Map<string, KubernetesNode>();
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #ranges = new Map<string, readonly Prefix[]>();

  put(json: Json): void {
    const kind = text(field(json, 'kind'));
    switch (kind) {
      case 'Node': {
        const node = readNode(json);
        this.#nodes.set(node.name, node);
        return;
      }
      case 'Service': {
        const service = readService(json);
        this.#services.set(`${service.namespace}/${service.name}`, service);
        return;
      }
      case 'EndpointSlice': {
        const slice = readEndpointSlice(json);
        if (slice !== undefined) this.#slices.set(`${slice.namespace}/${slice.name}`, slice);
        return;
      }
      case 'ServiceCIDR':
        this.#ranges.set(text(field(field(json, 'metadata'), 'name')), listOf(optional(field(json, 'spec'), 'cidrs')).map(prefixIn));
        return;
      default:
        // `kubectl get all` prints much that is none of kube-proxy's business; a list inside a list is read.
        if (!isMissing(optional(json, 'items'))) this.putAll(field(json, 'items'));
    }
  }

  putAll(json: Json): void {
    for (const each of listOf(json)) this.put(each);
  }

  delete(kind: string, namespace: string, name: string): void {
    if (kind === 'Node') this.#nodes.delete(name);
    if (kind === 'Service') this.#services.delete(`${namespace}/${name}`);
    if (kind === 'EndpointSlice') this.#slices.delete(`${namespace}/${name}`);
  }

  get objects(): KubernetesObjects {
    return {
      nodes: [...this.#nodes.values()],
      services: [...this.#services.values()],
      endpointSlices: [...this.#slices.values()],
      serviceRanges: [...this.#ranges.values()].flat(),
    };
  }
}

const LISTS = ['nodes', 'services', 'endpointslices', 'servicecidrs'] as const;

const collect = (json: Json): Collected => {
  const collected = new Collected();
  if (Array.isArray(json.value)) collected.putAll(json);
  else if (!isMissing(optional(json, 'kind'))) collected.put(json);
  else if (LISTS.every((name) => isMissing(optional(json, name)))) broken(json, 'what kubectl get … -o json prints, or lists named nodes, services and endpointslices');
  else for (const name of LISTS) collected.putAll(optional(json, name));
  return collected;
};

/**
 * `kubectl get nodes,services,endpointslices,servicecidrs -A -o json`, one object or a list of them: what a cluster has, of which kube-proxy gets
 * a part. Or `{ nodes, services, endpointslices }`: what kube-proxy got.
 * @param file the name that errors show
 * @param written the text of the JSON
 * @throws InputError with the place of what is broken
 */
export const readKubernetesObjects = (file: string, written: string): KubernetesObjects => {
  const json = parseJson(file, written);
  const { objects } = collect(json);
  if (!Array.isArray(json.value) && isMissing(optional(json, 'kind'))) return objects;
  return { ...objects, services: objects.services.filter(isAskedFor), endpointSlices: objects.endpointSlices.filter(isAskedFor) };
};

/** The objects, and what they are after a change: `[{ put: object }, { delete: [kind, namespace, name] }, …]`. @throws InputError */
export const readChangedObjects = (before: Json, change: Json): { readonly before: KubernetesObjects; readonly after: KubernetesObjects } => {
  const collected = collect(before);
  const objects = collected.objects;
  for (const each of listOf(change)) {
    const put = optional(each, 'put');
    if (!isMissing(put)) {
      collected.put(put);
      continue;
    }
    const [kind = '', namespace = '', name = ''] = elements(field(each, 'delete')).map(text);
    collected.delete(kind, namespace, name);
  }
  return { before: objects, after: collected.objects };
};
