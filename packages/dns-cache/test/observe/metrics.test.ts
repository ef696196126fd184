import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MetricName } from '../../src/engine/metrics.ts';
import { METRICS } from '../../src/engine/metrics.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import { a, soa, World } from '../support/world.ts';

const TIME = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192];
const SLIM = [0.00025, 0.0025, 0.025, 0.25, 2.5];
const SIZE = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000];

/** The metrics of CoreDNS 1.14: type, labels, buckets (plugin/metrics/vars and the metrics.go of each plugin). */
const COREDNS: Readonly<Record<string, readonly [type: string, labels: string, buckets?: readonly number[]]>> = {
  coredns_build_info: ['gauge', 'version revision goversion'],
  coredns_panics_total: ['counter', ''],
  coredns_plugin_enabled: ['gauge', 'server zone view name'],
  coredns_dns_requests_total: ['counter', 'server zone view proto family type'],
  coredns_dns_request_duration_seconds: ['histogram', 'server zone view', TIME],
  coredns_dns_request_size_bytes: ['histogram', 'server zone view proto', SIZE],
  coredns_dns_response_size_bytes: ['histogram', 'server zone view proto', SIZE],
  coredns_dns_do_requests_total: ['counter', 'server zone view'],
  coredns_dns_responses_total: ['counter', 'server zone view rcode plugin'],
  coredns_shed_dropped_total: ['counter', 'server reason'],
  coredns_cache_entries: ['gauge', 'server type zones view'],
  coredns_cache_requests_total: ['counter', 'server zones view'],
  coredns_cache_hits_total: ['counter', 'server type zones view'],
  coredns_cache_misses_total: ['counter', 'server zones view'],
  coredns_cache_prefetch_total: ['counter', 'server zones view'],
  coredns_cache_drops_total: ['counter', 'server zones view'],
  coredns_cache_served_stale_total: ['counter', 'server zones view'],
  coredns_cache_evictions_total: ['counter', 'server type zones view'],
  coredns_forward_healthcheck_broken_total: ['counter', ''],
  coredns_forward_max_concurrent_rejects_total: ['counter', ''],
  coredns_proxy_request_duration_seconds: ['histogram', 'proxy_name to rcode', TIME],
  coredns_proxy_healthcheck_failures_total: ['counter', 'proxy_name to'],
  coredns_proxy_conn_cache_hits_total: ['counter', 'proxy_name to proto'],
  coredns_proxy_conn_cache_misses_total: ['counter', 'proxy_name to proto'],
  coredns_health_request_duration_seconds: ['histogram', '', SLIM],
  coredns_health_request_failures_total: ['counter', ''],
  coredns_reload_failed_total: ['counter', ''],
  coredns_reload_version_info: ['gauge', 'hash value'],
  coredns_hosts_entries: ['gauge', 'hostsfile'],
  coredns_hosts_reload_timestamp_seconds: ['gauge', ''],
  coredns_template_matches_total: ['counter', 'server zone view class type'],
  coredns_template_template_failures_total: ['counter', 'server zone view class type section template'],
  coredns_template_rr_failures_total: ['counter', 'server zone view class type section template'],
  coredns_dns64_requests_translated_total: ['counter', 'server'],
  coredns_local_localhost_requests_total: ['counter', ''],
  coredns_acl_blocked_requests_total: ['counter', 'server zone view'],
  coredns_acl_filtered_requests_total: ['counter', 'server zone view'],
  coredns_acl_dropped_requests_total: ['counter', 'server zone view'],
  coredns_acl_allowed_requests_total: ['counter', 'server view'],
};

/** Of directives that are ours alone. */
const OURS: Readonly<Partial<Record<MetricName, string>>> = {
  coredns_clients_queries: 'client',
  coredns_clients_denials: 'client',
  coredns_clients_failures: 'client',
  coredns_clients_own_names: 'client',
  coredns_clients_queries_error: 'of',
  coredns_limit_exceeded_total: 'server zone view action',
  coredns_search_denials_total: 'server zone view result',
};

/** Of `dns-cache node`; the first is node-cache's (cmd/node-cache/app/metrics.go). */
const NODE_AGENT = { coredns_nodecache_setup_errors_total: 'errortype', coredns_nodecache_mended_total: 'what' } as const;

interface Scraped {
  readonly type: string;
  readonly labels: readonly string[];
  readonly bounds: readonly string[];
}

/** What the text format says of a metric; `undefined` where it says nothing. */
const scraped = (text: string, name: string): Scraped | undefined => {
  const lines = text.split('\n');
  const type = lines.find((line) => line.startsWith(`# TYPE ${name} `))?.split(' ')[3];
  if (type === undefined) return undefined;
  const samples = lines.filter((line) => new RegExp(`^${name}(?:_bucket|_sum|_count)?[{ ]`).test(line));
  const labelsOf = (line: string): readonly string[] => [...line.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label);
  const labels = [...new Set(samples.flatMap(labelsOf))].filter((label) => label !== 'le').toSorted();
  return { type, labels, bounds: [...new Set(samples.flatMap((line) => /[{,]le="([^"]+)"/.exec(line)?.[1] ?? []))] };
};

const expectAs = (found: Scraped | undefined, name: string): void => {
  const [type, labels, buckets] = COREDNS[name] ?? ['', ''];
  expect(found).toEqual({
    type,
    labels: labels.split(' ').filter((label) => label !== '').toSorted(),
    bounds: buckets === undefined ? [] : [...buckets.map(String), '+Inf'],
  });
};

describe('the metrics of CoreDNS', () => {
  it('are those that are counted here', () => {
    expect(Object.keys(METRICS).toSorted()).toEqual([...Object.keys(COREDNS), ...Object.keys(OURS), ...Object.keys(NODE_AGENT)].toSorted());
  });

  it.each(Object.entries(OURS))('%s is ours', (name, labels) => {
    expect(METRICS[name as MetricName].labels).toEqual(labels.split(' '));
  });

  it.each(Object.keys(COREDNS) as readonly MetricName[])('%s', async (name) => {
    const metrics = createMetrics();
    metrics.record(name, METRICS[name].labels.map((label) => `a ${label}`), 1);
    const { text } = await metrics.expose(false);
    expectAs(scraped(text, name), name);
  });
});

it('a server tells Prometheus of what it does with the same labels', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-metrics-'));
  const [port, http, upstream] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder, 'Corefile');
  const head = ` bind 127.0.0.1\n prometheus 127.0.0.1:${http}\n errors\n`;
  writeFileSync(
    file,
    [
      `.:${port} {\n${head} log\n cache\n hosts {\n 192.0.2.1 a.example\n }\n reload 2s 1s\n health 127.0.0.1:${http}\n acl {\n block type MX\n drop type LOC\n filter type SRV\n }\n}`,
      `up.example:${port} {\n${head} forward . 127.0.0.1:${port}\n}`,
      `down.example:${port} {\n${head} forward . 127.0.0.1:${upstream}\n}`,
    ].join('\n'),
  );
  const child = spawn(process.execPath, [PROGRAM, 'serve', '-conf', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true });
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  for (let waited = 0; !output.includes('SHA512') && waited < 10_000; waited += 20) await sleep(20);
  const edns = { udpPayloadSize: 1232, dnssecOk: true };
  for (const [name, type] of [['a.example', 'A'], ['a.example', 'A'], ['b.example', 'MX'], ['b.example', 'SRV'], ['down.example', 'A']] as const) {
    await askUdp(port, encodeQuery({ id: 1, name, type, edns }));
  }
  await askTcp(port, [framed(encodeQuery({ id: 2, name: 'a.example', type: 'A' }))], 1);
  await fetch(`http://127.0.0.1:${http}/health`);
  const text = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  const shown = Object.keys(COREDNS).filter((name) => (scraped(text, name)?.labels.length ?? 0) > 0);
  expect(shown).toEqual(
    expect.arrayContaining([
      'coredns_build_info', 'coredns_plugin_enabled', 'coredns_dns_requests_total', 'coredns_dns_request_duration_seconds',
      'coredns_dns_request_size_bytes', 'coredns_dns_response_size_bytes', 'coredns_dns_do_requests_total',
      'coredns_dns_responses_total', 'coredns_cache_entries', 'coredns_cache_requests_total', 'coredns_cache_hits_total',
      'coredns_cache_misses_total', 'coredns_hosts_entries', 'coredns_acl_blocked_requests_total',
      'coredns_acl_filtered_requests_total', 'coredns_acl_allowed_requests_total',
    ]),
  );
  for (const name of shown) expectAs(scraped(text, name), name);
  // As with Go's client, of which there is nothing is not declared.
  const declared = [...text.matchAll(/^# TYPE (coredns_\S+) /gm)].map(([, name = '']) => name);
  for (const name of declared) expect(text).toMatch(new RegExp(`^${name}(?:_count)?[{ ]`, 'm'));
  for (const name of [...Object.keys(NODE_AGENT), 'coredns_shed_dropped_total']) expect(declared).not.toContain(name);
});

describe('the number of series does not grow with what clients ask', () => {
  const world = (): World => new World({ corefile: '. {\n cache {\n success 1024\n }\n errors\n prometheus\n whoami\n}\nlocal.example {\n prometheus\n whoami\n}' });
  const series = async (asked: World): Promise<number> => {
    const metrics = createMetrics();
    for (const effect of asked.effects) metrics.count(effect);
    const { text } = await metrics.expose(false);
    return text.split('\n').filter((line) => line.startsWith('coredns_')).length;
  };

  it('10,000 names, half of which exist', async () => {
    const metrics = createMetrics();
    const asked = new World({ corefile: '. {\n cache {\n success 1024\n denial 1024\n }\n errors\n prometheus\n forward . 192.0.2.53\n}' });
    const ask = (index: number): void => {
      const name = `n${index}.x${index % 97}.example.`;
      asked.ask({ name });
      asked.respond(index % 2 === 0 ? { answers: [a(name, '192.0.2.1', 60)] } : { rcode: 'NXDOMAIN', authorities: [soa('example.', 60, 60)] });
      asked.ask({ name });
      for (const effect of asked.effects) metrics.count(effect);
      asked.effects.length = 0;
    };
    const count = async (): Promise<number> =>
      (await metrics.expose(false)).text.split('\n').filter((line) => line.startsWith('coredns_')).length;
    // So many that both stores have had to let entries go.
    for (let index = 0; index < 3000; index += 1) ask(index);
    const before = await count();
    for (let index = 3000; index < 10_000; index += 1) ask(index);
    expect(await count()).toBe(before);
    expect((await metrics.expose(false)).text).toMatch(/coredns_cache_evictions_total\{server="dns:\/\/:53",type="denial".* 3976\n/);
  });

  it('10,000 types', async () => {
    const types = (count: number): World => {
      const asked = world();
      for (let type = 256; type < 256 + count; type += 1) asked.ask({ name: 'local.example', type: `TYPE${1000 + type}` });
      return asked;
    };
    expect(await series(types(10_000))).toBe(await series(types(1)));
  });

  it('every type there is has one label of twenty', async () => {
    const asked = world();
    for (let type = 1; type < 1000; type += 1) asked.ask({ name: 'local.example', type: `TYPE${type}` });
    const metrics = createMetrics();
    for (const effect of asked.effects) metrics.count(effect);
    const { text } = await metrics.expose(false);
    const lines = text.split('\n').filter((line) => line.startsWith('coredns_dns_requests_total{') && line.includes('zone="local.example."'));
    const labels = lines.map((line) => /type="([^"]+)"/.exec(line)?.[1] ?? '').toSorted();
    const own = ['A', 'AAAA', 'ANY', 'AXFR', 'CNAME', 'DNSKEY', 'DS', 'HTTPS', 'IXFR', 'MX', 'NS', 'NSEC', 'NSEC3', 'PTR', 'RRSIG', 'SOA', 'SRV', 'SVCB', 'TXT', 'other'];
    expect(labels).toEqual(own);
  });
});
