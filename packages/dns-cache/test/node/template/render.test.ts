import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCorefile } from '../../../src/configuration/corefile.ts';
import type { KubeDns } from '../../../src/node/template/kube-dns.ts';
import { NO_KUBE_DNS } from '../../../src/node/template/kube-dns.ts';
import { readKubeDns } from '../../../src/node/template/read-kube-dns.ts';
import type { NodeFacts, Rendering } from '../../../src/node/template/render.ts';
import { renderCorefile, renderedText, warningText } from '../../../src/node/template/render.ts';
import { findUpstreamService } from '../../../src/node/template/upstream-service.ts';
import { directory, factsOf, OFFICIAL_TEMPLATE } from '../../support/node-template.ts';

const kubeDns = (stubDomains: Readonly<Record<string, readonly string[]>>, ...upstreamNameservers: readonly string[]): KubeDns => ({
  stubDomains: new Map(Object.entries(stubDomains)),
  upstreamNameservers,
});

type Rendered = Extract<Rendering, { kind: 'rendered' }>;

const render = (template: string, asked: KubeDns = NO_KUBE_DNS, facts: NodeFacts = factsOf()): Rendered => {
  const rendering = renderCorefile(template, asked, facts);
  if (rendering.kind === 'refused') throw new TypeError(rendering.reason);
  return rendering;
};

const TCP = '    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n';

describe('a placeholder', () => {
  it.each<readonly [string, string]>([
    ['bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__', 'bind 169.254.20.10 10.96.0.10 '],
    ['health __PILLAR__LOCAL__DNS__:8080', 'health 169.254.20.10:8080'],
    ['# __PILLAR__CLUSTER__DNS__ __PILLAR__CLUSTER__DNS__\r\nx', '# 10.96.0.53 10.96.0.53\r\nx'],
    ['forward . __PILLAR__UPSTREAM__SERVERS__', 'forward . /etc/resolv.conf'],
    ['prometheus __PROMETHEUS__ENDPOINT__', 'prometheus :9253'],
    ['__PILLAR__DNS__DOMAIN__:53 {', '__PILLAR__DNS__DOMAIN__:53 {'],
  ])('%j', (template, expected) => {
    expect(render(template).corefile).toBe(expected);
  });

  it('before a port is the first address, in brackets where that is an IPv6 one', () => {
    const facts = factsOf({ localAddresses: ['fd00::10', '169.254.20.10'] });
    expect(render('bind __PILLAR__LOCAL__DNS__\nhealth __PILLAR__LOCAL__DNS__:8080', NO_KUBE_DNS, facts).corefile).toBe(
      'bind fd00::10 169.254.20.10\nhealth [fd00::10]:8080',
    );
  });
});

it.each(['', ' \n\r\n', '# . {\n# }\n'])('a template that says nothing is refused: %j', (template) => {
  const reason = "the template /etc/coredns/Corefile.base is empty; write at least one block, as in '. { forward . __PILLAR__UPSTREAM__SERVERS__ }'";
  expect(renderCorefile(template, NO_KUBE_DNS, factsOf())).toEqual({ kind: 'refused', reason });
});

describe('servers of one’s own', () => {
  it('are asked by the client’s protocol', () => {
    const { corefile, upstreamServers, warnings } = render(`${TCP}${TCP}`, kubeDns({}, '10.0.0.3', '10.0.0.2'));
    expect([corefile, upstreamServers, warnings]).toEqual([
      '    forward . 10.0.0.3 10.0.0.2\n    forward . 10.0.0.3 10.0.0.2\n',
      '10.0.0.3 10.0.0.2',
      [],
    ]);
    expect(renderedText(render(TCP, kubeDns({ 'a.local': ['10.0.0.3'] }, '10.0.0.3')))).toBe('Updated Corefile with 1 custom stubdomains and upstream servers 10.0.0.3');
  });

  it('are put in as they are where the template has no such text', () => {
    const other = TCP.replace('            force_tcp', '        force_tcp');
    const { corefile, warnings } = render(other, kubeDns({}, '10.0.0.3'));
    expect([corefile, warnings.map(warningText)]).toEqual([
      other.replace('__PILLAR__UPSTREAM__SERVERS__', '10.0.0.3'),
      ['Did not find TCP upstream block to replace, assuming upstreams already use UDP.'],
    ]);
  });

  it('are no matter to a template that names its own', () => {
    expect(render('forward . 10.0.0.9', kubeDns({}, '10.0.0.3')).warnings).toEqual([]);
  });
});

describe('stub domains', () => {
  it('come behind the template, sorted, with the port of -dns.port', () => {
    const facts = factsOf({ dnsPort: 5353, localAddresses: ['fd00::10'] });
    expect(render('. {\n}\n', kubeDns({ b: ['10.0.0.3', '[fd00::3]:54'], 'a.local': ['10.0.0.4'] }), facts)).toMatchObject({
      corefile:
        '. {\n}\n\na.local:5353 {\n    errors\n    cache 30\n    bind fd00::10\n    forward . 10.0.0.4\n}\n\n' +
        'b:5353 {\n    errors\n    cache 30\n    bind fd00::10\n    forward . 10.0.0.3 [fd00::3]:54\n}\n',
      stubDomains: 2,
    });
  });

  it.each(['a.local {\n}', 'b a.local:53 {\n}', 'A.Local. {\n}', 'dns://a.local:53 {\n}', '(x) {\n}\na.local {\n import x\n}'])(
    'are left out where the template serves them: %j',
    (template) => {
      const { corefile, stubDomains, warnings } = render(template, kubeDns({ 'a.local': ['10.0.0.3'], 'c.local': ['10.0.0.3'] }));
      expect([corefile.includes('\na.local:53 {'), stubDomains, warnings.map(warningText)]).toEqual([
        false,
        1,
        ["ConfigMap kube-dns: stubDomains: 'a.local': the template serves it already, and it is left out"],
      ]);
    },
  );

  it.each(['a.local:54 {\n}', 'x.a.local {\n}', 'tls://a.local:53 {\n}', 'a.local {', 'import nothing'])('are there beside %j', (template) => {
    expect(render(template, kubeDns({ 'a.local': ['10.0.0.3'] }))).toMatchObject({ stubDomains: 1, warnings: [] });
  });
});

describe('the Service of the cluster DNS', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['kube-dns-upstream', { KUBE_DNS_UPSTREAM_SERVICE_HOST: '10.96.0.53' }, '10.96.0.53'],
    ['kube-dns', { KUBE_DNS_SERVICE_HOST: 'FD00:10:96::0053' }, 'fd00:10:96::53'],
    ['Kube-DNS', { KUBE_DNS_SERVICE_HOST: '::ffff:10.96.0.53' }, '10.96.0.53'],
  ])('%s', (name, environment, address) => {
    expect(findUpstreamService(name, environment)).toEqual({ kind: 'found', address });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['kube-dns', {}, 'the template /etc/coredns/Corefile.base has __PILLAR__CLUSTER__DNS__, but nothing is known of the Service kube-dns: KUBE_DNS_SERVICE_HOST is not set; a pod is told only of Services of its own namespace that have a cluster IP and were there before it: make the Service first, or put its address into the template'],
    ['kube-dns', { KUBE_DNS_SERVICE_HOST: '10.96.0.53:53' }, "the template /etc/coredns/Corefile.base has __PILLAR__CLUSTER__DNS__, but the address of the Service kube-dns is none: KUBE_DNS_SERVICE_HOST is '10.96.0.53:53'; put the address into the template"],
    ['', { _SERVICE_HOST: '10.96.0.53' }, 'the template /etc/coredns/Corefile.base has __PILLAR__CLUSTER__DNS__, but -upstreamsvc is empty; name the Service, as in -upstreamsvc kube-dns-upstream'],
  ])('%j with %j matters only to a template that asks for it', (name, environment, reason) => {
    const facts = factsOf({ upstreamService: findUpstreamService(name, environment) });
    expect(renderCorefile('forward . __PILLAR__CLUSTER__DNS__', NO_KUBE_DNS, facts)).toEqual({ kind: 'refused', reason });
    expect(renderCorefile('forward . 10.0.0.1', NO_KUBE_DNS, facts)).toMatchObject({ kind: 'rendered', warnings: [] });
  });

  it('that is the agent’s own address is told', () => {
    const { warnings } = render('forward . __PILLAR__CLUSTER__DNS__', NO_KUBE_DNS, factsOf({ upstreamService: { kind: 'found', address: '10.96.0.10' } }));
    expect(warnings.map(warningText)).toEqual([
      'the cluster DNS 10.96.0.10 is one of -localip: it would ask itself; name another Service with -upstreamsvc, as in kube-dns-upstream',
    ]);
  });
});

const server = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4().map((ip) => `${ip}:53`), fc.ipV6().map((ip) => `[${ip}]:99`), fc.domain(), fc.string());
const domain = fc.oneof(fc.domain(), fc.constantFrom('acme.local', 'cluster.local', 'ip6.arpa', '.', 'b', 'a'.repeat(64)), fc.string());
const servers = fc.oneof({ weight: 4, arbitrary: fc.array(server, { maxLength: 3 }) }, { weight: 1, arbitrary: fc.array(fc.ipV4(), { maxLength: 17 }) });
const configMap = fc.record({
  stubDomains: fc.dictionary(domain, servers, { noNullPrototype: true }).map((value) => JSON.stringify(value)),
  upstreamNameservers: fc.oneof(servers.map((value) => JSON.stringify(value)), fc.string()),
});

describe('the official template', () => {
  it('makes a Corefile that is served, whatever the ConfigMap has', () => {
    fc.assert(
      fc.property(configMap, configMap, (one, other) => {
        const before = readKubeDns(directory(one), NO_KUBE_DNS).value;
        const { corefile } = render(OFFICIAL_TEMPLATE, readKubeDns(directory(other), before).value);
        const served = parseCorefile(corefile, { file: 'Corefile', interfaces: {}, hostname: 'node', software: 'test', processors: 1 });
        expect(served.blocks.length).toBeGreaterThanOrEqual(4);
        expect(corefile).not.toMatch(/__PILLAR__|<nil>/);
      }),
      { numRuns: 300 },
    );
  });

  it('makes the same text of the same domains in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.domain(), { minLength: 2, maxLength: 6 }).chain((domains) => fc.tuple(fc.constant(domains), fc.shuffledSubarray(domains, { minLength: domains.length }))), ([one, other]) => {
        const of = (domains: readonly string[]) => render(OFFICIAL_TEMPLATE, kubeDns(Object.fromEntries(domains.map((each) => [each, ['10.0.0.3']])))).corefile;
        expect(of(other)).toBe(of(one));
      }),
    );
  });
});
