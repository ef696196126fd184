import type { NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { KubernetesObjects } from '../kubernetes/objects.ts';
import { ScenarioError } from '../scenario/error.ts';

/** What a run needs of a node's folder: the node, the Corefile of its cache, and its resolv.conf. */
export interface NodeInputs {
  readonly snapshot: NodeSnapshot;
  /** The text of it. */
  readonly corefile: string;
  /** The text of it. */
  readonly resolvConf: string;
}

/** The files that scenarios name. */
export interface ScenarioInputs {
  /** By the name that scenarios say. */
  readonly folders: Readonly<Record<string, NodeInputs>>;
  /** By the name of the file that scenarios say. */
  readonly objects: Readonly<Record<string, KubernetesObjects>>;
}

const listed = (all: object): string => (Object.keys(all).length === 0 ? 'is none' : `are ${Object.keys(all).join(', ')}`);

/** @throws ScenarioError */
export const folderNamed = ({ folders }: ScenarioInputs, name: string): NodeInputs => {
  const found = folders[name];
  if (found === undefined) throw new ScenarioError('node.folder', `there is no node folder "${name}" (there ${listed(folders)})`);
  return found;
};

/** @throws ScenarioError */
export const objectsNamed = ({ objects }: ScenarioInputs, name: string): KubernetesObjects => {
  const found = objects[name];
  if (found === undefined) throw new ScenarioError('node.objects', `there is no file of objects "${name}" (there ${listed(objects)})`);
  return found;
};
