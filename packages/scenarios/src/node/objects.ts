import type { EndpointSlice, KubernetesObjects } from '../kubernetes/objects.ts';

const UPSTREAM = { namespace: 'kube-system', name: 'kube-dns-upstream' } as const;
const SERVICE_LABEL = 'kubernetes.io/service-name';

const isUpstream = ({ namespace, name }: { readonly namespace: string; readonly name: string | undefined }): boolean =>
  namespace === UPSTREAM.namespace && name === UPSTREAM.name;

/** The cluster without the Service that only the cache asks. */
export const withoutUpstream = (objects: KubernetesObjects): KubernetesObjects => ({
  ...objects,
  services: objects.services.filter((service) => !isUpstream(service)),
  endpointSlices: objects.endpointSlices.filter(({ namespace, labels }) => !isUpstream({ namespace, name: labels.get(SERVICE_LABEL) })),
});

/** The cluster without endpoints at these addresses. */
export const withoutEndpoints = (objects: KubernetesObjects, gone: readonly string[]): KubernetesObjects => ({
  ...objects,
  endpointSlices: objects.endpointSlices.map((slice): EndpointSlice => ({ ...slice, endpoints: slice.endpoints.filter(({ address }) => !gone.includes(address)) })),
});
