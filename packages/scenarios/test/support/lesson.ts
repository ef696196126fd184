import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import type { NodeInputs, Recording, Scenario, ScenarioInputs } from '@nodelocal/scenarios';
import { readKubernetesObjects, scenarioNamed, simulate } from '@nodelocal/scenarios';

const nodes = fileURLToPath(new URL('../../nodes', import.meta.url));

export const lessonFolder = `${nodes}/lesson`;

const readFolder = (name: string): NodeInputs => {
  const own = (file: string): string => readFileSync(existsSync(`${nodes}/${name}/${file}`) ? `${nodes}/${name}/${file}` : `${lessonFolder}/${file}`, 'utf8');
  return { snapshot: readNodeFolder(`${nodes}/${name}`), corefile: own('corefile'), resolvConf: own('resolv.conf') };
};

export const lessonInputs: NodeInputs = readFolder('lesson');

const folders = new Map([['lesson', lessonInputs]]);
const clusterFile = `${nodes}/cluster.json`;
const objects = { 'cluster.json': readKubernetesObjects(clusterFile, readFileSync(clusterFile, 'utf8')) };

/** The files that a scenario names, each read once. */
export const inputsOf = ({ node: { folder } }: Scenario): ScenarioInputs => {
  const found = folders.get(folder) ?? readFolder(folder);
  folders.set(folder, found);
  return { folders: { [folder]: found }, objects };
};

export const play = (scenario: Scenario, seed = scenario.seed): Recording => simulate(scenario, inputsOf(scenario), seed);

export const record = (name: string, seed?: number): Recording => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  return play(scenario, seed);
};
