import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { overlay } from './render.ts';
import type { Overlay } from './render.ts';

/** The pod of an overlay, and the one container that it has. */
export const podOf = (name: Overlay): { readonly pod: IPodSpec; readonly container: IContainer } => {
  const found = overlay(name).find(({ kind }) => kind === 'DaemonSet') as IDaemonSet | undefined;
  const pod = found?.spec?.template.spec;
  const [container, another] = pod?.containers ?? [];
  if (pod === undefined || container === undefined || another !== undefined) throw new RangeError(`${name} has no pod with one container`);
  return { pod, container };
};

/** The value behind a flag of the container's arguments. */
export const flagOf = (name: Overlay, flag: string): string => {
  const { args = [] } = podOf(name).container;
  const at = args.indexOf(flag);
  const value = args[at + 1];
  if (at < 0 || value === undefined) throw new RangeError(`${name} has no ${flag}`);
  return value;
};

export const addressesOf = (name: Overlay): readonly string[] => flagOf(name, '-localip').split(',');

export const templateOf = (name: Overlay): string => {
  const found = overlay(name).find(({ kind }) => kind === 'ConfigMap') as IConfigMap | undefined;
  const text = found?.data?.['Corefile'];
  if (text === undefined) throw new RangeError(`${name} has no Corefile`);
  return text;
};
