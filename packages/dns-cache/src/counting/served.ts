import type { Place, ServedEffect } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import { SIZE_BUCKETS, TIME_BUCKETS } from '../engine/metrics.ts';
import { RCODE, rcodeName, typeName } from '../message/numbers.ts';
import { rememberByIdentity } from '../remember.ts';
import type { Catalogue } from './catalogue.ts';
import type { Distribution, Sample } from './family.ts';
import { observe } from './family.ts';

/** plugin/metrics/vars/monitor.go: the types with a label of their own; a name never is a label (cardinality). */
const MONITORED_TYPES: ReadonlySet<string> = new Set([
  'A', 'AAAA', 'CNAME', 'DNSKEY', 'DS', 'MX', 'NSEC', 'NSEC3', 'NS', 'PTR', 'RRSIG', 'SOA', 'SRV', 'TXT', 'HTTPS',
  'SVCB', 'IXFR', 'AXFR', 'ANY',
]);

const OTHER = 'other';

/** All of them have numbers below this. */
const TYPES_END = 256;

const LABELS = Array.from({ length: TYPES_END }, (_, type) => (MONITORED_TYPES.has(typeName(type)) ? typeName(type) : OTHER));

type BySize = Readonly<Record<'udp' | 'tcp', Distribution>>;

/** The series of one place, found once and kept at hand. */
interface PlaceSeries {
  readonly duration: Distribution;
  readonly requestSize: BySize;
  readonly responseSize: BySize;
  readonly dnssecOk: Sample;
  /** By transport and family, then by type. */
  readonly requests: readonly Map<string, Sample>[];
  /** By plugin, then by response code. */
  readonly responses: Map<string, Map<number, Sample>>;
}

/** Counts queries as CoreDNS's prometheus plugin does (plugin/metrics/vars/report.go). */
export const createServedCounter = (catalogue: Catalogue): ((effect: ServedEffect) => void) => {
  const create = ({ server, zone, view }: Place): PlaceSeries => {
    const sizes = (name: MetricName): BySize => ({
      udp: catalogue.distribution(name, [server, zone, view, 'udp']),
      tcp: catalogue.distribution(name, [server, zone, view, 'tcp']),
    });
    return {
      duration: catalogue.distribution('coredns_dns_request_duration_seconds', [server, zone, view]),
      requestSize: sizes('coredns_dns_request_size_bytes'),
      responseSize: sizes('coredns_dns_response_size_bytes'),
      dnssecOk: catalogue.sample('coredns_dns_do_requests_total', [server, zone, view]),
      requests: Array.from({ length: 4 }, () => new Map<string, Sample>()),
      responses: new Map(),
    };
  };

  const seriesOf = rememberByIdentity(create);

  const requestsOf = (series: PlaceSeries, { place, family, transport, type }: ServedEffect): Sample => {
    const byType = series.requests[(transport === 'tcp' ? 2 : 0) + (family === 'ipv6' ? 1 : 0)];
    const label = LABELS[type] ?? OTHER;
    const known = byType?.get(label);
    if (known !== undefined) return known;
    const { server, zone, view } = place;
    const made = catalogue.sample('coredns_dns_requests_total', [server, zone, view, transport, family === 'ipv6' ? '2' : '1', label]);
    byType?.set(label, made);
    return made;
  };

  const responsesOf = (series: PlaceSeries, { place, plugin }: ServedEffect, rcode: number): Sample => {
    const byCode = series.responses.get(plugin) ?? new Map<number, Sample>();
    const known = byCode.get(rcode);
    if (known !== undefined) return known;
    const { server, zone, view } = place;
    const made = catalogue.sample('coredns_dns_responses_total', [server, zone, view, rcodeName(rcode), plugin]);
    series.responses.set(plugin, byCode.set(rcode, made));
    return made;
  };

  return (effect) => {
    if (!effect.place.isCounted) return;
    const series = seriesOf(effect.place);
    requestsOf(series, effect).value += 1;
    observe(series.duration, TIME_BUCKETS, effect.durationMs / 1000);
    observe(series.requestSize[effect.transport], SIZE_BUCKETS, effect.octets);
    if (effect.dnssecOk) series.dnssecOk.value += 1;
    // As CoreDNS counts an answer that never went out: of no octets, and without an error.
    observe(series.responseSize[effect.transport], SIZE_BUCKETS, effect.answerOctets);
    responsesOf(series, effect, effect.rcode ?? RCODE.NOERROR).value += 1;
  };
};
