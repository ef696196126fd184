import { performance } from 'node:perf_hooks';
import type { Page } from '../../observe/http.ts';
import { plainText } from '../../observe/http.ts';
import type { KeptNetwork } from '../readiness/kept.ts';
import { NOTHING_KEPT } from '../readiness/kept.ts';
import type { AskedAsPod } from '../readiness/readiness.ts';
import { isReady, readinessText } from '../readiness/readiness.ts';
import { askLocally } from './ask-local.ts';
import type { PodAsker } from './pod-asker.ts';

/** However often somebody looks, the node is not asked more often. */
const ASKED_EVERY_MS = 1000;

export interface ReadinessOptions {
  readonly addresses: readonly string[];
  readonly dnsPort: number;
  /** `undefined`: nobody wants that. */
  readonly podAsker: PodAsker | undefined;
}

/** Whether a query to the local addresses is answered: true only where one was. */
export interface Readiness {
  page(): Promise<Page>;
  /** What the supervisor last said of link and rules. */
  keep(network: KeptNetwork): void;
  /** No block listens there. */
  leaveOut(addresses: readonly string[]): void;
  end(): void;
}

const NOT_WANTED: AskedAsPod = { kind: 'not-tried', reason: 'only with -probe-as-pod' };

export const createReadiness = ({ addresses, dnsPort, podAsker }: ReadinessOptions): Readiness => {
  let network = NOTHING_KEPT;
  let unserved: readonly string[] = [];
  let asking: Promise<Page> | undefined;
  let known: { readonly at: number; readonly page: Page } | undefined;

  const ask = async (): Promise<Page> => {
    const served = addresses.filter((address) => !unserved.includes(address));
    const [asNode, asPod] = await Promise.all([askLocally(served, dnsPort), podAsker?.ask(served) ?? NOT_WANTED]);
    const findings = { network, asNode, asPod, unserved };
    const page = plainText(isReady(findings) ? 200 : 503, readinessText(findings));
    known = { at: performance.now(), page };
    return page;
  };

  return {
    async page() {
      if (known !== undefined && performance.now() - known.at < ASKED_EVERY_MS) return known.page;
      // One at a time, however long it takes.
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    keep(now) {
      network = now;
      known = undefined;
    },
    leaveOut(some) {
      unserved = some;
      known = undefined;
    },
    end: () => podAsker?.end(),
  };
};
