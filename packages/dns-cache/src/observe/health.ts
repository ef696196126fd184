import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import { durationText } from '../corefile/duration.ts';
import type { Routes } from './http.ts';
import { plainText } from './http.ts';
import type { Metrics } from './metrics.ts';

/** CoreDNS plugin/health/overloaded.go: it asks itself once a second, and waits for three. */
const POLL_MS = 1000;
const POLL_TIMEOUT_MS = 3000;

/** 200 as long as the process serves HTTP, whatever the upstreams do: a probe that fails restarts the agent. */
export const HEALTHY = plainText(200, 'OK');

export const HEALTH_ROUTES: Routes = { '/health': () => HEALTHY };

/** Asks `/health` of this process over HTTP once a second, so that an overloaded event loop shows in the metrics. */
export const pollHealth = (
  { address, port }: Endpoint,
  metrics: Metrics,
  warn: (line: string) => void,
): { stop(): void } => {
  const url = `http://${endpointText({ address: address === '' ? 'localhost' : address, port })}/health`;
  const poll = async (): Promise<void> => {
    const start = performance.now();
    try {
      await (await fetch(url, { signal: AbortSignal.timeout(POLL_TIMEOUT_MS) })).text();
    } catch (error) {
      metrics.record('coredns_health_request_failures_total', [], 1);
      warn(`[WARNING] plugin/health: Local health request to "${url}" failed: ${String(error)}`);
      return;
    }
    const tookMs = performance.now() - start;
    metrics.record('coredns_health_request_duration_seconds', [], tookMs / 1000);
    if (tookMs > POLL_MS) warn(`[WARNING] plugin/health: Local health request to "${url}" took more than 1s: ${durationText(Math.round(tookMs))}`);
  };
  let polling = false;
  const timer = setInterval(() => {
    if (polling) return;
    polling = true;
    void poll().finally(() => {
      polling = false;
    });
  }, POLL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
};
