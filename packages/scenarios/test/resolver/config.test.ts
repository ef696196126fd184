import { readResolvConf } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { candidatesOf } from '../../src/resolver/candidates.ts';

const POD = 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

it('reads what the kubelet writes', () => {
  expect(readResolvConf(POD)).toEqual({
    nameservers: ['10.96.0.10'],
    search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    ndots: 5,
    timeoutMs: 5000,
    attempts: 2,
    rotate: false,
    asking: 'together',
    useVc: false,
    trustAd: false,
    edns0: false,
    noAaaa: false,
  });
});

it.each([
  ['', { nameservers: ['127.0.0.1'], search: [], ndots: 1 }],
  ['# nameserver 1.1.1.1\n;x\nnameserver 8.8.8.8', { nameservers: ['8.8.8.8'] }],
  ['nameserver 1.0.0.1\nnameserver 1.0.0.2\nnameserver 1.0.0.3\nnameserver 1.0.0.4', { nameservers: ['1.0.0.1', '1.0.0.2', '1.0.0.3'] }],
  ['domain a.example\nsearch b.example c.example', { search: ['b.example', 'c.example'] }],
  ['options timeout:99 attempts:9 ndots:99', { timeoutMs: 30_000, attempts: 5, ndots: 15 }],
  ['options rotate use-vc trust-ad edns0 no-aaaa', { rotate: true, useVc: true, trustAd: true, edns0: true, noAaaa: true }],
  ['options single-request', { asking: 'single-request' }],
  ['options single-request-reopen single-request', { asking: 'single-request-reopen' }],
  ['options timeout:1\noptions attempts:3', { timeoutMs: 1000, attempts: 3 }],
])('reads %j', (text, expected) => {
  expect(readResolvConf(text)).toMatchObject(expected);
});

it.each([
  ['kubernetes.default', ['kubernetes.default.default.svc.cluster.local.', 'kubernetes.default.svc.cluster.local.', 'kubernetes.default.cluster.local.', 'kubernetes.default.']],
  ['a.b.c.d.e.f', ['a.b.c.d.e.f.', 'a.b.c.d.e.f.default.svc.cluster.local.', 'a.b.c.d.e.f.svc.cluster.local.', 'a.b.c.d.e.f.cluster.local.']],
  ['example.org.', ['example.org.']],
])('tries for %s', (name, expected) => {
  expect(candidatesOf(name, readResolvConf(POD)).map((candidate) => candidate.name)).toEqual(expected);
});
