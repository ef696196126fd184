import { plainAddress, readIp } from '../../address.ts';

/** The Service whose address stands for the cluster DNS, as the environment of the pod tells it. */
export type UpstreamService =
  | { readonly kind: 'found'; readonly address: string }
  /** Of no matter unless the template asks for it. `reason` is a sentence without its full stop. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** `KUBE_DNS_UPSTREAM_SERVICE_HOST` for `kube-dns-upstream`. */
const serviceVariable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_SERVICE_HOST`;

const unknown = (reason: string): UpstreamService => ({ kind: 'unknown', reason });

export const findUpstreamService = (
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): UpstreamService => {
  if (name === '') return unknown('-upstreamsvc is empty; name the Service, as in -upstreamsvc kube-dns-upstream');
  const variable = serviceVariable(name);
  const text = environment[variable];
  if (text === undefined || text === '') {
    const why = 'a pod is told only of Services of its own namespace that have a cluster IP and were there before it';
    return unknown(`nothing is known of the Service ${name}: ${variable} is not set; ${why}: make the Service first, or put its address into the template`);
  }
  if (text.includes('%') || readIp(text) === undefined) {
    return unknown(`the address of the Service ${name} is none: ${variable} is '${text}'; put the address into the template`);
  }
  return { kind: 'found', address: plainAddress(text) };
};
