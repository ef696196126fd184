import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';

const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n';

const FILES: Readonly<Record<string, string>> = {
  'ca.pem': PEM,
  'cert.pem': PEM,
  'key.pem': KEY,
  empty: 'search example.org\n',
  many: Array.from({ length: 16 }, (_, index) => `nameserver 10.0.0.${index}`).join('\n'),
};

const readFile = (path: string): string => {
  const text = FILES[path];
  if (text === undefined) throw new Error('no such file');
  return text;
};

const serve = (line: string) => {
  const corefile = parseCorefile(`. {\n ${line}\n}`, { file: 'Corefile' });
  createNameServer({ corefile, port: 53, readFile, random: () => 0.5 });
  return corefile.blocks[0]?.plugins[0]?.describe().map((text) => text.trim()) ?? [];
};

describe('an option of forward', () => {
  it.each([
    ['max_fails 0', 'health: never down'],
    ['max_fails 5', 'health: down after 6 failed probes (. NS) every 500ms'],
    ['max_connect_attempts 3', 'policy: random, 3 attempts in all'],
    ['max_connect_attempts 0', 'policy: random, attempts without limit'],
    ['expire 20s', 'idle connections: 20s'],
    ['expire 0s', 'idle connections: 0s'],
    ['max_age 30s', 'idle connections: 10s, none older than 30s'],
    ['max_age 10s', 'idle connections: 10s, none older than 10s'],
    ['max_age 0', 'idle connections: 10s'],
    ['max_age 40s\n expire 40s', 'idle connections: 40s, none older than 40s'],
    ['max_idle_conns 4', 'idle connections: 10s, at most 4'],
    ['max_idle_conns 0', 'idle connections: 10s'],
    ['read_timeout 500ms', 'timeouts: 0.5 s per attempt, 4 s in all'],
    ['tls', 'protocol: the client\'s'],
    ['tls ca.pem', 'protocol: the client\'s'],
    ['tls cert.pem key.pem', 'protocol: the client\'s'],
    ['tls cert.pem key.pem ca.pem', 'protocol: the client\'s'],
    ['tls_servername dns.example.org', 'TLS server name: dns.example.org'],
    ['policy sequential', 'policy: sequential, 2 attempts per upstream'],
    ['health_check 2s', 'health: down after 3 failed probes (. NS) every 2s'],
    ['health_check 0s no_rec', 'health: down after 3 failed probes (. NS without recursion) every 0s'],
    ['health_check 1s domain example.org', 'health: down after 3 failed probes (example.org. NS) every 1s'],
    ['health_check 1s domain a. no_rec', 'health: down after 3 failed probes (a. NS without recursion) every 1s'],
    ['max_concurrent 1000', 'concurrent queries: at most 1000'],
    ['next NXDOMAIN servfail', 'next forward on: NXDOMAIN, SERVFAIL'],
    ['next_on_nodata', 'next forward on: no data'],
    ['failfast_all_unhealthy_upstreams', 'fails at once where all upstreams are down'],
    ['failover ServFail REFUSED', 'next upstream on: SERVFAIL REFUSED'],
    ['source_address 10.0.0.9', 'source address: 10.0.0.9'],
  ])('%j means %j', (option, expected) => {
    expect(serve(`forward . 10.0.0.1 {\n ${option}\n }`)).toContain(expected);
  });

  it.each([
    ['max_fails', "3:3: Wrong argument count or unexpected line ending after 'max_fails'"],
    ['max_fails -1', "3:13: max_fails can't be negative: -1"],
    ['max_fails two', "3:13: max_fails is not a whole number: 'two'"],
    ['max_connect_attempts -1', "3:24: max_connect_attempts can't be negative: -1"],
    ['max_connect_attempts 1 2', "3:26: unknown option '2' of 'forward'"],
    ['expire -1s', "3:10: expire can't be negative: -1s"],
    ['expire 10', "3:10: expire is not a duration: '10'"],
    ['max_age -1s', "3:11: max_age can't be negative: -1s"],
    ['max_age 9s', '3:11: max_age (9s) must not be less than expire (10s)'],
    ['max_age 30s\n  expire 1m', '3:11: max_age (30s) must not be less than expire (1m0s)'],
    ['max_idle_conns -1', "3:18: max_idle_conns can't be negative: -1"],
    ['read_timeout 0s', '3:16: read_timeout must be positive: 0s'],
    ['read_timeout -1s', "3:16: read_timeout can't be negative: -1s"],
    ['tls a b c d', "3:13: Wrong argument count or unexpected line ending after 'd'"],
    ['tls none.pem', '3:7: could not read root certs from none.pem: no such file'],
    ['tls key.pem', '3:7: could not read root certs from key.pem: no CERTIFICATE in it'],
    ['tls none.pem key.pem', '3:7: could not load TLS cert none.pem: no such file'],
    ['tls cert.pem ca.pem', '3:16: could not load TLS key ca.pem: no PRIVATE KEY in it'],
    ['tls_servername', "3:3: Wrong argument count or unexpected line ending after 'tls_servername'"],
    ['policy', "3:3: Wrong argument count or unexpected line ending after 'policy'"],
    ['health_check', "3:3: Wrong argument count or unexpected line ending after 'health_check'"],
    ['health_check -1s', "3:16: health_check can't be negative: -1s"],
    ['health_check 1s recursive', '3:19: health_check: unknown option recursive'],
    ['health_check 1s domain', "3:19: Wrong argument count or unexpected line ending after 'domain'"],
    ['health_check 1s domain a..b', '3:26: health_check: invalid domain name a..b'],
    ['max_concurrent -1', "3:18: max_concurrent can't be negative: -1"],
    ['next', "3:3: Wrong argument count or unexpected line ending after 'next'"],
    ['next NOSUCH', '3:8: NOSUCH is not a valid rcode'],
    ['next_on_nodata yes', "3:18: Wrong argument count or unexpected line ending after 'yes'"],
    ['failfast_all_unhealthy_upstreams 1', "3:36: Wrong argument count or unexpected line ending after '1'"],
    ['failover', "3:3: Wrong argument count or unexpected line ending after 'failover'"],
    ['failover NXDOMAIN NoError', '3:21: NoError cannot be used in failover'],
    ['failover 42X', '3:12: 42X is not a valid rcode'],
    ['source_address eth0', "3:18: source_address is not an IP address: 'eth0'"],
    ['source_address fd00::1', '3:18: source_address fd00::1 cannot reach 10.0.0.1'],
    ['doh_method GET', undefined],
    ['doh_method PUT', "3:14: doh_method must be either POST or GET: 'PUT'"],
    ['resolver 10.0.0.2 [fd00::1]:54', undefined],
    ['resolver dns.test', "3:12: resolver must be an IP address or IP:port: 'dns.test'"],
    ['fallthrough', "3:3: unknown option 'fallthrough' of 'forward'"],
    ['force_tcp {\n }', undefined],
  ])('%j', (option, expected) => {
    const start = (): unknown => serve(`forward . 10.0.0.1 {\n  ${option}\n }`);
    if (expected === undefined) expect(start).not.toThrow();
    else {
      expect(start).toThrow(CorefileError);
      expect(start).toThrow(`Corefile:${expected}`);
    }
  });
});

describe('a TO of forward', () => {
  it.each([
    ['tls://9.9.9.9', 'tls://9.9.9.9:853'],
    ['tls://9.9.9.9:8853', 'tls://9.9.9.9:8853'],
    ['tls://9.9.9.9%dns.quad9.net', 'tls://9.9.9.9:853 as dns.quad9.net'],
    ['tls://9.9.9.9%dns.quad9.net:10853', 'tls://9.9.9.9:10853 as dns.quad9.net'],
    ['tls://[2620:fe::fe]', 'tls://[2620:fe::fe]:853'],
    ['tls://2620:fe::fe%dns.quad9.net', 'tls://[2620:fe::fe]:853 as dns.quad9.net'],
    ['tls://[2620:fe::fe%dns.quad9.net]:8853', 'tls://[2620:fe::fe]:8853 as dns.quad9.net'],
    ['dns://10.0.0.1:54', '10.0.0.1:54'],
    ['[fd00::1]', '[fd00::1]:53'],
  ])('%s means %s', (to, expected) => {
    expect(serve(`forward . ${to}`)[0]).toBe(`forward . to ${expected}`);
  });

  it.each([
    ['https://9.9.9.9/dns-query', '2:12: paths are not allowed in HTTPS upstream addresses'],
    ['quic://9.9.9.9', '2:12: forwarding over quic:// is not built yet'],
    ['tls://dns.quad9.net', "2:12: no address is known of 'dns.quad9.net'"],
    ['tls://9.9.9.9%', "2:12: not an IP address, file, or host: 'tls://9.9.9.9%'"],
    ['dns.example.org', "2:12: not an IP address or file: 'dns.example.org': no such file"],
    ['empty', "2:12: no nameservers found in 'empty'"],
    ['many', '2:12: more than 15 TOs configured: 16'],
    [
      'tls://9.9.9.9%a.example {\n tls_servername b.example\n }',
      "2:12: both forward ('b.example') and proxy level ('a.example') TLS servernames are set for upstream proxy '9.9.9.9'",
    ],
  ])('%s is wrong', (to, expected) => {
    expect(() => serve(`forward . ${to}`)).toThrow(`Corefile:${expected}`);
  });
});
