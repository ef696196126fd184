/** A name in the first domain of a pod's search list, `NAMESPACE.svc.CLUSTERDOMAIN`. */
export interface FirstPlace {
  /** How much of the name is what the pod looks for. */
  readonly octets: number;
  readonly labels: number;
  /** A folded label. */
  readonly namespace: string;
}

/** `svc.` and the cluster's domain, folded. */
export const serviceDomainOf = (cluster: string): string => `\u0003svc${cluster}`;

/** `undefined` where the folded name is in no such domain. */
export const readFirstPlace = (name: string, serviceDomain: string): FirstPlace | undefined => {
  const end = name.length - serviceDomain.length;
  if (end <= 0 || !name.endsWith(serviceDomain)) return undefined;
  let [octets, labels, next] = [0, -1, 0];
  for (; next < end; next += name.charCodeAt(next) + 1) {
    octets = next;
    labels += 1;
  }
  return next === end && labels > 0 ? { octets, labels, namespace: name.slice(octets, end) } : undefined;
};

/** The folded name of the service that the name would belong to if it were one of a pod's own: its last label in that namespace. */
export const serviceOf = (name: string, { octets, labels }: FirstPlace): string => {
  let at = 0;
  for (let label = 1; label < labels && at < octets; label += 1) at += name.charCodeAt(at) + 1;
  return name.slice(at);
};
