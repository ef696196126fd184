import type { MetricName } from '../../engine/metrics.ts';
import type { Counted } from '../network/report.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { SupervisorCounts } from './protocol.ts';

const ERRORS = 'coredns_nodecache_setup_errors_total';
const MENDED = 'coredns_nodecache_mended_total';

type SetupError = Extract<Counted, { kind: 'setup-error' }>['errortype'] | 'configmap';

const ERROR_TYPES: readonly SetupError[] = ['iptables', 'iptables_lock', 'interface_add', 'interface_check', 'configmap'];
const MENDED_THINGS: readonly Extract<Counted, { kind: 'mended' }>['what'][] = ['rule', 'link', 'address', 'order', 'duplicate', 'stale'];

/** What the supervisor counts, over the lives of all its servers. */
export interface SupervisorCounter {
  count(counted: Counted | { readonly kind: 'setup-error'; readonly errortype: 'configmap'; readonly times: number }): void;
  readonly counts: SupervisorCounts;
}

/** @param changed is told all of it after each count */
export const createSupervisorCounter = (changed: (counts: SupervisorCounts) => void): SupervisorCounter => {
  const errors = new Map<string, number>(ERROR_TYPES.map((type) => [type, 0]));
  const mended = new Map<string, number>(MENDED_THINGS.map((what) => [what, 0]));
  const all = (): SupervisorCounts => [
    ...[...errors].map(([label, total]) => [ERRORS, label, total] as const),
    ...[...mended].map(([label, total]) => [MENDED, label, total] as const),
  ];
  return {
    count(counted) {
      const [totals, label] = counted.kind === 'mended' ? [mended, counted.what] : [errors, counted.errortype];
      totals.set(label, (totals.get(label) ?? 0) + counted.times);
      changed(all());
    },
    get counts() {
      return all();
    },
  };
};

/** Has a server show what the supervisor has counted up to now. */
export const showCounts = (metrics: Metrics, counts: SupervisorCounts): void => {
  for (const [metric, label, total] of counts) metrics.set(metric satisfies MetricName, [label], total);
};
