import { scenarios as addressWithoutNotrack } from './address-without-notrack.ts';
import { scenarios as intercepted } from './intercepted.ts';
import { scenarios as kubeProxyOnly } from './kube-proxy-only.ts';
import { scenarios as notrackWithoutAddress } from './notrack-without-address.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The lesson's node, with and without what the cache does to it: what `demo` shows. */
export const LESSON_CATALOGUE: readonly Scenario[] = [intercepted, addressWithoutNotrack, notrackWithoutAddress, kubeProxyOnly].flat();

/** In the order in which they teach. */
export const CATALOGUE: readonly Scenario[] = [...LESSON_CATALOGUE];

export const scenarioNamed = (name: string): Scenario | undefined =>
  CATALOGUE.find((scenario) => scenario.name === name);
