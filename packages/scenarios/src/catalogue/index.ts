import { scenarios as addressWithoutNotrack } from './address-without-notrack.ts';
import { scenarios as conntrackRace } from './conntrack-race.ts';
import { scenarios as corednsPodGone } from './coredns-pod-gone.ts';
import { scenarios as deadUpstreamPod } from './dead-upstream-pod.ts';
import { scenarios as denialOutlives } from './denial-outlives.ts';
import { scenarios as headlessOutgrown } from './headless-outgrown.ts';
import { scenarios as hostWithoutOutputRules } from './host-without-output-rules.ts';
import { scenarios as intercepted } from './intercepted.ts';
import { scenarios as ipvsClusterIpBound } from './ipvs-cluster-ip-bound.ts';
import { scenarios as kubeProxyOnly } from './kube-proxy-only.ts';
import { scenarios as lateAnswer } from './late-answer.ts';
import { scenarios as linkRemoved } from './link-removed.ts';
import { scenarios as lossyLink } from './lossy-link.ts';
import { scenarios as mtu } from './mtu.ts';
import { scenarios as nftablesMode } from './nftables-mode.ts';
import { scenarios as notrackWithoutAddress } from './notrack-without-address.ts';
import { scenarios as oomKill } from './oom-kill.ts';
import { scenarios as policyNeedsConntrack } from './policy-needs-conntrack.ts';
import { scenarios as resolvedLoop } from './resolved-loop.ts';
import { scenarios as reversePath } from './reverse-path.ts';
import { scenarios as rolloutGap } from './rollout-gap.ts';
import { scenarios as rulesDoubled } from './rules-doubled.ts';
import { scenarios as rulesFlushed } from './rules-flushed.ts';
import { scenarios as sameBridge } from './same-bridge.ts';
import { scenarios as searchPath } from './search-path.ts';
import { scenarios as silentAaaa } from './silent-aaaa.ts';
import { scenarios as slowUpstream } from './slow-upstream.ts';
import { scenarios as startupGap } from './startup-gap.ts';
import { scenarios as tableFull } from './table-full.ts';
import { scenarios as truncationWithoutTcp } from './truncation-without-tcp.ts';
import { scenarios as upstreamServiceMissing } from './upstream-service-missing.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The lesson's node, with and without what the cache does to it: what `demo` shows. */
export const LESSON_CATALOGUE: readonly Scenario[] = [intercepted, addressWithoutNotrack, notrackWithoutAddress, kubeProxyOnly].flat();

/** What people reported, each with what fixes it: without a cache first, then what a cache brings, then whatever surrounds it. */
const INCIDENTS: readonly Scenario[] = [
  conntrackRace,
  lateAnswer,
  tableFull,
  corednsPodGone,
  lossyLink,
  searchPath,
  silentAaaa,
  headlessOutgrown,
  truncationWithoutTcp,
  mtu,
  sameBridge,
  reversePath,
  rulesFlushed,
  policyNeedsConntrack,
  hostWithoutOutputRules,
  startupGap,
  rolloutGap,
  oomKill,
  rulesDoubled,
  linkRemoved,
  upstreamServiceMissing,
  deadUpstreamPod,
  slowUpstream,
  denialOutlives,
  resolvedLoop,
  nftablesMode,
  ipvsClusterIpBound,
].flat();

/** In the order in which they teach. */
export const CATALOGUE: readonly Scenario[] = [...LESSON_CATALOGUE, ...INCIDENTS];

/** The scenario of that name in the catalogue; `undefined`: there is none. */
export const scenarioNamed = (name: string): Scenario | undefined =>
  CATALOGUE.find((scenario) => scenario.name === name);
