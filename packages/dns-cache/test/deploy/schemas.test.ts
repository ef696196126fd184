import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { afterAll, describe, expect, it } from 'vitest';
import { deployFolder, OVERLAYS, overlay, render } from './render.ts';
import type { Manifest } from './render.ts';

/** The schemas of Kubernetes and of the Prometheus operator, by kind: as functions, and as types. */
const MODELS = {
  ServiceAccount: { model: ServiceAccount, module: 'kubernetes-models/v1/ServiceAccount' },
  Service: { model: Service, module: 'kubernetes-models/v1/Service' },
  ConfigMap: { model: ConfigMap, module: 'kubernetes-models/v1/ConfigMap' },
  DaemonSet: { model: DaemonSet, module: 'kubernetes-models/apps/v1/DaemonSet' },
  PodMonitor: { model: PodMonitor, module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor' },
} as const;

type Kind = keyof typeof MODELS;
const isKnown = (kind: string): kind is Kind => Object.hasOwn(MODELS, kind);

const rendered: readonly (readonly [where: string, manifests: readonly Manifest[]])[] = [
  ['base', render(join(deployFolder, 'base'))],
  ['monitoring', render(join(deployFolder, 'monitoring'))],
  ...OVERLAYS.map((name) => [`overlays/${name}`, overlay(name)] as const),
];

/** As types the schemas also refuse fields that there are not. */
const asProgram = (manifests: readonly Manifest[]): string => {
  const kinds = Object.keys(MODELS).filter(isKnown);
  return [
    ...kinds.map((kind) => `import type { I${kind} } from '${MODELS[kind].module}';`),
    ...manifests.map((manifest, at) => `export const manifest${at}: I${manifest.kind} = ${JSON.stringify(manifest)};`),
  ].join('\n');
};

// Beside this file, so that the packages are found.
const folder = join(dirname(fileURLToPath(import.meta.url)), '.typed');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(folder, 'manifests-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const TSC = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));

const compile = (name: string, program: string): string => {
  const file = join(scratch, `${name}.ts`);
  writeFileSync(file, program);
  const words = [TSC, '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', '--types', '', '--ignoreConfig', file];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', cwd: scratch });
  return status === 0 ? '' : stdout;
};

describe.each(rendered)('%s', (_where, manifests) => {
  it.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))('%s %s is what Kubernetes takes', (kind, _name, manifest) => {
    if (!isKnown(kind)) throw new RangeError(`there is no schema for ${kind}`);
    const { model } = MODELS[kind];
    expect(() => new model(manifest as never).validate()).not.toThrow();
    expect(manifest.metadata.namespace).toBe('kube-system');
  });
});

describe('fields that there are not', () => {
  it('are in no manifest', { timeout: 120_000 }, () => {
    expect(compile('all', asProgram(rendered.flatMap(([, manifests]) => manifests)))).toBe('');
  });

  it('would be found', { timeout: 120_000 }, () => {
    const [first] = render(join(deployFolder, 'base')).filter(({ kind }) => kind === 'DaemonSet');
    const text = asProgram(first === undefined ? [] : [first]).replace('"hostNetwork"', '"hostNetwrok"');
    expect(compile('misspelt', text)).toContain('hostNetwrok');
  });
});
