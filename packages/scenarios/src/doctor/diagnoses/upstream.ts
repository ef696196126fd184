import type { Address } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import { inCluster } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isOnNode } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** The cache gets no answer to what it does not know itself. */
export type Upstream = (
  /** It asks itself, for ever. */
  | { readonly kind: 'upstream-loop'; readonly upstream: Address }
  /** No rule translates the Service's address to a pod: nobody has it. */
  | { readonly kind: 'upstream-unserved'; readonly upstream: Address }
  /** kube-proxy refuses what is for a Service without endpoints. `place` is where the rule stands, for people. */
  | { readonly kind: 'upstream-refused'; readonly upstream: Address; readonly place: string }
) & { readonly harm: 'unanswered'; readonly mend: readonly Command[] };

export const findUpstream = ({ plan: { upstream }, addresses, node: { host }, asked }: Scene): readonly Upstream[] => {
  if (upstream === undefined) return [];
  if (addresses.includes(upstream) || isOnLink(host.interfaces, upstream, addresses)) return [{ kind: 'upstream-loop', upstream, harm: 'unanswered', mend: [EDIT] }];
  if (isOnNode(host, upstream)) return [];
  const questions = asked.filter(({ question }) => question.asker.kind === 'cache');
  const refused = questions.flatMap(refusedBy);
  const [place] = refused;
  if (place !== undefined) return [{ kind: 'upstream-refused', upstream, place, harm: 'unanswered', mend: [START_COREDNS] }];
  return questions.some((one) => staysWith(upstream, one)) ? [{ kind: 'upstream-unserved', upstream, harm: 'unanswered', mend: [RESTART_PROXY] }] : [];
};

const isOnLink = (interfaces: Scene['node']['host']['interfaces'], upstream: Address, addresses: readonly Address[]): boolean =>
  interfaces.some(({ addresses: own }) => own.some(({ address }) => address === upstream) && own.some(({ address }) => addresses.includes(address)));

/** kube-proxy's own words: in iptables mode a comment, in nftables mode the name of a chain. */
export const isRefused = ({ question, result }: Exchange): boolean =>
  question.asker.kind === 'cache' &&
  result.kind === 'lost' &&
  (/has no endpoints/.test(result.way.droppedBy?.text ?? '') || / kube-proxy reject-chain /.test(result.way.droppedBy?.place ?? ''));

const refusedBy = (one: Exchange): readonly string[] =>
  isRefused(one) && one.result.kind === 'lost' && one.result.way.droppedBy !== undefined ? [one.result.way.droppedBy.place] : [];

/** It left the node, and for the Service itself. */
const staysWith = (upstream: Address, { legs: [first] }: Exchange): boolean =>
  first?.passage.ways.some(({ end, to }) => end.kind === 'sent' && to.some((one) => one.startsWith(upstream.includes(':') ? `[${upstream}]:` : `${upstream}:`))) ?? false;

/** `forward` of the cluster's zones is to name the Service `kube-dns-upstream`, by `__PILLAR__CLUSTER__DNS__`. */
const EDIT = inCluster('kubectl -n kube-system edit configmap node-local-dns');

const START_COREDNS = inCluster('kubectl -n kube-system rollout restart deployment coredns');

/** It writes all rules anew when it starts. */
const RESTART_PROXY = inCluster('kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=$(hostname)');
