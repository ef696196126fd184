import type { Endpoint } from '../address.ts';
import type { Counts } from '../counting/counts.ts';
import { HEALTH_ROUTES, HEALTHY } from '../observe/health.ts';
import type { HttpEndpoint, Page, PageAddress, Routes } from '../observe/http.ts';
import { openHttp, plainText } from '../observe/http.ts';
import type { Metrics } from '../observe/metrics.ts';
import { PROFILER_ROUTES } from '../observe/profiler.ts';
import type { Facility } from '../plugin/facility.ts';
import type { OuterFacility } from '../sockets/service-error.ts';

/** What the pages tell of the process. */
export interface Status {
  readonly metrics: Metrics;
  /** What other threads have counted, and who asks. */
  readonly elsewhere: () => Promise<readonly Counts[]>;
  readonly stopping: () => boolean;
  /** Whoever knows more of it than that the listeners are open. */
  readonly readiness: (() => Promise<Page>) | undefined;
}

const metricsRoutes = ({ metrics, elsewhere }: Status, runtimeMetrics: boolean): Routes => ({
  '/metrics': async () => {
    const { contentType, text } = await metrics.expose(runtimeMetrics, await elsewhere());
    return { status: 200, contentType, body: text };
  },
});

/** All metrics at an address that no directive names. @throws ListenError */
export const openMetricsPage = (address: Endpoint, status: Status): Promise<HttpEndpoint> => openHttp(address, metricsRoutes(status, true));

/** The listeners are open before this page is, and no directive here takes time to become ready. */
const readyPage = ({ stopping, readiness }: Status): Promise<Page> | Page => {
  if (stopping()) return plainText(503, 'Shutting down');
  return readiness === undefined ? plainText(200, 'OK') : readiness();
};

/** `/health?ready` is `/ready` to us and `/health` to CoreDNS, so that one probe does for both. */
const healthRoutes = (status: Status): Routes =>
  status.readiness === undefined
    ? HEALTH_ROUTES
    : {
        '/health': (url) => (url.searchParams.has('ready') ? readyPage(status) : HEALTHY),
        '/ready': () => readyPage(status),
      };

const routesOf = (facility: Facility, status: Status): Routes | undefined => {
  switch (facility.kind) {
    case 'prometheus':
      return metricsRoutes(status, facility.runtimeMetrics);
    case 'health':
      return healthRoutes(status);
    case 'ready':
      return { '/ready': () => readyPage(status) };
    case 'profiler':
      return PROFILER_ROUTES;
    case 'reload':
    case 'multisocket':
    case 'timeouts':
    case 'tls':
    case 'root':
    case 'dnstap':
    case 'debug':
    case 'stacktrace':
      return undefined;
  }
};

/** Who asks for pages, as the Corefile calls it. */
const directiveOf = ({ kind }: OuterFacility): string => (kind === 'profiler' ? 'pprof' : kind);

/** The pages that directives ask for, and where. */
export const pagesOf = (facilities: readonly Facility[], status: Status): readonly (readonly [PageAddress, Routes])[] =>
  facilities.flatMap((facility) => {
    const routes = routesOf(facility, status);
    if (routes === undefined || !('endpoint' in facility)) return [];
    const { endpoint, position } = facility;
    return [[{ ...endpoint, directive: directiveOf(facility), position }, routes] as const];
  });
