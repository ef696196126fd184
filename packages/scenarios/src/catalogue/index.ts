import { scenario as addressWithoutNotrack } from './address-without-notrack.ts';
import { scenario as intercepted } from './intercepted.ts';
import { scenario as kubeProxyOnly } from './kube-proxy-only.ts';
import { scenario as notrackWithoutAddress } from './notrack-without-address.ts';
import type { Scenario } from './scenario.ts';

/** In the order in which they teach. */
export const CATALOGUE: readonly Scenario[] = [
  intercepted,
  addressWithoutNotrack,
  notrackWithoutAddress,
  kubeProxyOnly,
];

export const scenarioNamed = (name: string): Scenario | undefined =>
  CATALOGUE.find((scenario) => scenario.name === name);
