import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { applyPatch } from './json-patch.ts';
import type { PatchOperation } from './json-patch.ts';

export const deployFolder = fileURLToPath(new URL('../../deploy/', import.meta.url));

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; namespace?: string };
}

interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly resources: readonly string[];
  readonly patches?: readonly { readonly target: { readonly kind: string; readonly name: string }; readonly patch: string }[];
}

/** What is understood of a kustomization, and no more: another field is a mistake here. */
const KNOWN = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'patches']);

const readManifests = (file: string): readonly Manifest[] =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const [wrong] = [...document.errors, ...document.warnings];
    if (wrong !== undefined) throw new RangeError(`${file}: ${wrong.message}`);
    return document.toJS() as Manifest;
  });

/** What `kustomize build` prints of a folder, as values: resources, one namespace, patches of RFC 6902 on one target each. */
export const render = (folder: string): readonly Manifest[] => {
  const file = join(folder, 'kustomization.yaml');
  const kustomization = parse(readFileSync(file, 'utf8')) as Kustomization;
  const unknown = Object.keys(kustomization).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) throw new RangeError(`${file}: ${unknown.join(', ')} is not understood here`);
  const manifests = kustomization.resources.flatMap((name) => (name.endsWith('.yaml') ? readManifests(join(dirname(file), name)) : render(join(folder, name))));
  for (const { metadata } of manifests) if (kustomization.namespace !== undefined) metadata.namespace = kustomization.namespace;
  for (const { target, patch } of kustomization.patches ?? []) {
    const found = manifests.filter(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    if (found.length !== 1) throw new RangeError(`${file}: there are ${found.length} of ${target.kind} ${target.name}`);
    applyPatch(found[0], parse(patch) as readonly PatchOperation[]);
  }
  return manifests;
};

export const OVERLAYS = ['iptables', 'ipvs', 'nftables', 'dual-stack'] as const;
export type Overlay = (typeof OVERLAYS)[number];

export const overlay = (name: Overlay): readonly Manifest[] => render(join(deployFolder, 'overlays', name));
