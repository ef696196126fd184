import type { Explained } from './explain.ts';
import type { Conversation } from './conversation.ts';

/*
 * What somebody may find in the log and on the dashboards of an ordinary node who has put one in the place of the other: what follows
 * from what clients and upstreams were told in the same step, and a few rows of their own.
 */

/** What the Corefile of a node has. */
const PLAIN = new Set(['errors', 'log', 'cache', 'forward', 'prometheus', 'hosts', 'rewrite', 'bind', 'reload', 'import']);

export const isPlain = ({ corefile }: Conversation): boolean => {
  const directives = [...corefile.matchAll(/^ {4}([a-z0-9_]+)\b/gm)].map(([, name = '']) => name);
  return directives.length > 0 && directives.every((name) => PLAIN.has(name));
};

/** Rows that show in the log alone: where upstreams fail, where a directive fails, and what a query is said to have been. */
const IN_LOG_ALONE = new Set(['attempt-schedule', 'errors-local-address', 'failure-cached-local', 'log-size-trimmed', 'rewrite-edns0-opt', 'rewrite-cname-rcode', 'rewrite-class-hosts', 'error-words', 'burst-order']);

/** And in the metrics alone; those of the cache are bound by how many answers were such as are kept otherwise. */
const IN_METRICS_ALONE = new Set(['plugin-label', 'entries-zero', 'caching-metrics', 'health-counters', 'log-size-trimmed']);

const isInLog = ({ kind }: Explained): boolean => kind === 'log' || kind.startsWith('log ');
const isInMetrics = ({ kind }: Explained): boolean => kind.startsWith('metric ');
const isOnWire = (one: Explained): boolean => !isInLog(one) && !isInMetrics(one) && one.row !== undefined;

/** Differences in the log or the metrics of a plain conversation that follow from nothing that was told, nor from such a row. */
export const unfounded = (explained: readonly Explained[]): readonly Explained[] =>
  explained.filter((one) => {
    const { row, step } = one;
    if (row === undefined) return false;
    if (isInLog(one)) return !IN_LOG_ALONE.has(row) && !explained.some((other) => other.step === step && isOnWire(other));
    if (isInMetrics(one)) return !IN_METRICS_ALONE.has(row) && !explained.some((other) => other.step <= step && !isInMetrics(other));
    return false;
  });
