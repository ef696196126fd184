import { describe, expect, it } from 'vitest';
import { complaint, facilities, meaning } from '../support/directive.ts';

describe('what directives ask of the process', () => {
  it.each([
    ['prometheus', { kind: 'prometheus', endpoint: { address: 'localhost', port: 9153 }, runtimeMetrics: false }],
    ['prometheus :9253', { kind: 'prometheus', endpoint: { address: '', port: 9253 } }],
    ['prometheus {\n runtime_metrics\n}', { kind: 'prometheus', runtimeMetrics: true }],
    ['health', { kind: 'health', endpoint: { address: '', port: 8080 }, lameduckMs: 0 }],
    [
      'health [::1]:1234 {\n lameduck 4s\n}',
      { kind: 'health', endpoint: { address: '::1', port: 1234 }, lameduckMs: 4000 },
    ],
    ['health :1\nhealth :2', { kind: 'health', endpoint: { address: '', port: 2 } }],
    ['ready', { kind: 'ready', endpoint: { address: '', port: 8181 }, monitor: 'until-ready' }],
    ['ready localhost:1234 {\n monitor continuously\n}', { kind: 'ready', monitor: 'continuously' }],
    ['reload', { kind: 'reload', intervalMs: 30_000, jitterMs: 15_000 }],
    ['reload 10s', { kind: 'reload', intervalMs: 10_000, jitterMs: 5000 }],
    ['reload 10s 2s', { kind: 'reload', intervalMs: 10_000, jitterMs: 2000 }],
    ['reload 2s 0s', { kind: 'reload', intervalMs: 2000, jitterMs: 0 }],
    ['reload 2s 1h', { kind: 'reload', intervalMs: 2000, jitterMs: 1000 }],
    ['pprof', { kind: 'profiler', endpoint: { address: 'localhost', port: 6053 }, blockRate: 0 }],
    ['pprof {\n}', { kind: 'profiler', blockRate: 0 }],
    ['pprof {\n block\n}', { kind: 'profiler', blockRate: 1 }],
    ['pprof :1234 {\n block 20\n}', { kind: 'profiler', endpoint: { address: '', port: 1234 }, blockRate: 20 }],
    [
      'timeouts {\n read 30s\n}',
      { kind: 'timeouts', readMs: 30_000, writeMs: 5000, idleMs: 10_000, queriesMax: undefined },
    ],
    ['timeouts {\n read 10\n write 20\n idle 60\n}', { readMs: 10_000, writeMs: 20_000, idleMs: 60_000 }],
    ['timeouts {\n idle 24h\n maxtcpqueries 128\n}', { idleMs: 86_400_000, queriesMax: 128 }],
    ['timeouts {\n maxtcpqueries -1\n}', { queriesMax: undefined }],
    ['timeouts {\n read 1m\n}\ntimeouts {\n write 2m\n}', { readMs: 60_000, writeMs: 120_000 }],
    ['debug', { kind: 'debug' }],
  ])('%j', (directive, expected) => {
    expect(facilities(directive)).toEqual([expect.objectContaining(expected)]);
  });

  it('says where an address stands, for the one who cannot listen there', () => {
    expect(facilities('health localhost:1')).toMatchObject([{ position: { file: 'Corefile', line: 2, column: 8 } }]);
  });
});

describe('what `check` says of them', () => {
  it.each([
    ['prometheus', ['prometheus localhost:9153']],
    ['health {\n lameduck 5s\n}', ['health :8080 lameduck 5s']],
    ['ready', ['ready :8181 monitor until-ready']],
    ['reload 1m', ['reload 1m0s jitter 15s']],
    ['pprof {\n block\n}', ['pprof localhost:6053 block 1']],
    [
      'timeouts {\n idle 1h\n}',
      ['timeouts read 3s write 5s idle 1h0m0s', '  queries on one connection: any number'],
    ],
    ['debug', ['debug']],
  ])('%j', (directive, expected) => {
    expect(meaning(directive)).toEqual(expected);
  });
});

describe('what CoreDNS refuses', () => {
  it.each([
    ['prometheus {}', '2:12: not an address and a port'],
    ['prometheus /foo', '2:12: not an address and a port'],
    ['prometheus a b c', "2:14: Wrong argument count or unexpected line ending after 'b'"],
    ['prometheus {\n runtime_metrics extra\n}', "3:18: Wrong argument count or unexpected line ending after 'extra'"],
    ['prometheus {\n tls web.yaml\n}', "3:2: option 'tls' of 'prometheus' is not built yet"],
    ['prometheus {\n metrics\n}', "3:2: unknown option 'metrics'"],
    ['prometheus\nprometheus', "3:1: 'prometheus' can only be used once"],
    ['health bla', '2:8: not an address and a port'],
    ['health bla bla', "2:12: Wrong argument count or unexpected line ending after 'bla'"],
    ['health bla:a', "2:8: not a port: 'a'"],
    ['health localhost:1234 {\n lameduck a\n}', "3:11: the lameduck duration is not a duration: 'a'"],
    ['health localhost:1234 {\n lameduck\n}', "3:2: Wrong argument count or unexpected line ending after 'lameduck'"],
    ['health localhost:1234 {\n lamedudk 4\n}', "3:2: unknown option 'lamedudk'"],
    ['ready bla', '2:7: not an address and a port'],
    ['ready localhost:1234 b', '2:22: Wrong argument count'],
    ['ready {\n monitor 404\n}', "3:10: unknown monitor type '404'"],
    ['ready {\n monitor\n}', '3:2: Wrong argument count'],
    ['ready {\n monitro continuously\n}', "3:2: unknown option 'monitro'"],
    ['ready\nready', "3:1: 'ready' can only be used once"],
    ['reload example.org', "2:8: the interval is not a duration: 'example.org'"],
    ['reload 1s', '2:8: interval value must be greater or equal to 2s'],
    ['reload 10s 10ms', '2:12: jitter value must be greater or equal to 1s'],
    ['reload 10s -1s', '2:12: jitter value must be greater or equal to 1s'],
    ['reload 10s 2s 2s', '2:15: Wrong argument count'],
    ['pprof /foo', '2:7: not an address and a port'],
    ['pprof :1234 -1', '2:13: Wrong argument count'],
    ['pprof {\n a b\n}', "3:2: unknown option 'a'"],
    ['pprof {\n block 20 30\n}', '3:11: Wrong argument count'],
    ['pprof {\n block invalid\n}', "3:8: the rate is not a whole number: 'invalid'"],
    ['pprof\npprof', "3:1: 'pprof' can only be used once"],
    ['timeouts', '2:1: timeouts block with no timeouts specified'],
    ['timeouts {\n}', '2:1: timeouts block with no timeouts specified'],
    ['timeouts 10s {\n read 1s\n}', '2:10: Wrong argument count'],
    ['timeouts {\n read 10s\n giraffe 30s\n}', "4:2: unknown option 'giraffe'"],
    ['timeouts {\n read 10s 20s\n}', '3:11: Wrong argument count'],
    ['timeouts {\n read\n}', '3:2: Wrong argument count'],
    ['timeouts {\n write snake\n}', "3:8: the timeout is not a duration: 'snake'"],
    ['timeouts {\n idle 0s\n}', "3:7: timeout provided '0s' needs to be between 1 second and 24 hours"],
    ['timeouts {\n read 48h\n}', "3:7: timeout provided '48h0m0s' needs to be between"],
    ['timeouts {\n maxtcpqueries 0\n}', '3:16: maxtcpqueries cannot be 0'],
    ['timeouts {\n maxtcpqueries many\n}', "3:16: the number of queries is not a whole number: 'many'"],
    ['debug on', '2:7: Wrong argument count'],
    ['trace', "2:1: directive 'trace' is not built (remove it; log tells"],
  ])('%j', (directive, expected) => {
    expect(complaint(directive)).toContain(`Corefile:${expected}`);
  });
});
