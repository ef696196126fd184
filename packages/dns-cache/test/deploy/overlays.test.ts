import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { plainAddress } from '../../src/address.ts';
import { addressesOf, flagOf, podOf } from './daemon-set.ts';
import { deployFolder, OVERLAYS, overlay } from './render.ts';
import type { Manifest } from './render.ts';

/** Flags of node-cache (cmd/node-cache/main.go): any other ends it. */
const OF_NODE_CACHE = new Set(['-localip', '-conf', '-upstreamsvc', '-pidfile']);

const flags = (words: readonly string[]): readonly string[] => words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0] ?? '');

describe.each(OVERLAYS)('overlay %s', (name) => {
  const { pod, container } = podOf(name);

  it('serves addresses that are some, the link-local one first', () => {
    const addresses = addressesOf(name);
    expect(addresses[0]).toBe('169.254.20.10');
    expect(addresses.map(plainAddress)).toEqual(addresses);
  });

  it('is asked how it is where the Corefile has `health`', () => {
    for (const [probe, path] of [[container.livenessProbe, '/health'], [container.readinessProbe, '/health?ready']] as const) {
      expect(probe?.httpGet).toEqual({ host: addressesOf(name)[0], path, port: 8080 });
    }
  });

  it('has only the powers that it needs', () => {
    const legacy = name === 'nftables' ? [] : ['NET_RAW'];
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_BIND_SERVICE', ...legacy] },
    });
    expect(pod).toMatchObject({ hostNetwork: true, dnsPolicy: 'Default', automountServiceAccountToken: false });
  });

  it('writes only where it may', () => {
    const writable = (container.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
    const written = [flagOf(name, '-conf'), flagOf(name, '-pidfile'), '/run/nodelocal-dns-cache/lock'];
    expect(written.filter((file) => !writable.some((folder) => file.startsWith(`${folder}/`)))).toEqual([]);
    const volumes = new Set((pod.volumes ?? []).map((volume) => volume.name));
    expect((container.volumeMounts ?? []).filter((mount) => !volumes.has(mount.name))).toEqual([]);
  });
});

describe('the way back to node-cache', () => {
  it.each(['iptables', 'ipvs'] as const)('is one line from %s: node-cache has all of its flags', (name) => {
    expect(flags(podOf(name).container.args ?? []).filter((flag) => !OF_NODE_CACHE.has(flag))).toEqual([]);
  });

  it('is not from nftables or dual-stack: it has no rules of nftables, and takes one family', () => {
    expect(flags(podOf('nftables').container.args ?? [])).toContain('-rulesbackend');
    expect(new Set(addressesOf('dual-stack').map((address) => address.includes(':'))).size).toBe(2);
  });
});

describe('IPVS', () => {
  it('keeps the address of the Service', () => {
    expect(addressesOf('ipvs')).toEqual(['169.254.20.10']);
  });
});

/** kustomize sorts by kind. */
const inOrder = (manifests: readonly Manifest[]): readonly Manifest[] =>
  manifests.toSorted((a, b) => `${a.kind} ${a.metadata.name}`.localeCompare(`${b.kind} ${b.metadata.name}`));

const kustomize = spawnSync('kustomize', ['version']).status === 0;

describe.skipIf(!kustomize)('kustomize itself (skipped without it)', () => {
  it.each(OVERLAYS)('makes the same of %s', (name) => {
    const { status, stdout, stderr } = spawnSync('kustomize', ['build', join(deployFolder, 'overlays', name)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(inOrder(parseAllDocuments(stdout).map((document) => document.toJS() as Manifest))).toEqual(inOrder(overlay(name)));
  });
});
