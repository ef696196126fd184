import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@nodelocal/netfilter-sim/cli';
import { readNodeFolder, readText } from '@nodelocal/netfilter-sim/node';
import { CATALOGUE, scenarioNamed } from '../catalogue/index.ts';
import { LESSON } from '../cluster/lesson.ts';
import { readKubernetesObjects } from '../kubernetes/read-objects.ts';
import type { KubernetesObjects } from '../kubernetes/objects.ts';
import type { NodeInputs, ScenarioInputs } from '../node/files.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The node folders that come with the package. */
const NODES = fileURLToPath(new URL('../../nodes', import.meta.url));

/** A path, from where the one who names it stands, or the name of what comes with the package. */
const placeOf = (path: string, name: string, from: string): string => {
  const isPath = /^(\.\.?(\/|$)|\/)/.test(name);
  const place = isPath ? resolve(from, name) : join(NODES, name);
  if (existsSync(place)) return place;
  const own = readdirSync(NODES).filter((other) => statSync(join(NODES, other)).isDirectory() === (path === 'node.folder'));
  throw new ScenarioError(path, isPath ? `there is no ${place}` : `"${name}" does not come with the program (${own.join(', ')} do); a path begins with ./`);
};

/** A node's folder has the Corefile and the resolv.conf of its cache where it has one; else those of the lesson's node are taken. */
const readFolder = (folder: string): NodeInputs => {
  const lesson = join(NODES, LESSON.node);
  const own = (file: string): string => readText(join(existsSync(join(folder, file)) ? folder : lesson, file));
  return { snapshot: readNodeFolder(folder), corefile: own('corefile'), resolvConf: own('resolv.conf') };
};

const readObjects = (file: string): KubernetesObjects => readKubernetesObjects(file, readText(file));

/** The node of the lesson. @throws InputError where it cannot be read */
export const readLessonNode = (): NodeInputs => readFolder(join(NODES, LESSON.node));

/** The files that these scenarios name, as seen from a folder. @throws InputError for one that cannot be read */
export const readInputs = (scenarios: readonly Scenario[], from = '.'): ScenarioInputs => {
  const folders = new Set(scenarios.map(({ node }) => node.folder));
  const objects = new Set(scenarios.flatMap(({ node }) => (node.kind === 'cluster' ? [node.objects] : [])));
  return {
    folders: Object.fromEntries([...folders].map((name) => [name, readFolder(placeOf('node.folder', name, from))])),
    objects: Object.fromEntries([...objects].map((name) => [name, readObjects(placeOf('node.objects', name, from))])),
  };
};

/** @throws UsageError for a name that the catalogue does not have. */
export const findScenario = (name: string): Scenario => {
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return scenario;
  const alike = CATALOGUE.filter((known) => known.name.startsWith(name.slice(0, 4)) || (name !== '' && known.name.includes(name))).map((known) => known.name);
  const hints = [
    ...(name === '' || alike.length === 0 ? [] : [`there are ${alike.join(', ')}`]),
    '"list" has them all',
    ...(/[./]/.test(name) ? ['a file of your own ends in .yaml, .yml or .json'] : []),
  ];
  throw new UsageError(`there is no scenario "${name}" (${hints.join('; ')})`);
};

/** @throws UsageError where it is no whole number from 0 to 2³² − 1. */
export const readSeed = (text: string): number => {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new UsageError(`a seed is a whole number from 0 to 4294967295, not "${text}"`);
};

export const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

/** Data as JSON text; octets as hex text, as JSON has no bytes. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key: string, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part), 2);
