import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNodeFolder } from '@nodelocal/netfilter-sim/cli';
import type { NodeInputs, Recording, Scenario } from '@nodelocal/scenarios';
import { scenarioNamed, simulate } from '@nodelocal/scenarios';

export const lessonFolder = fileURLToPath(new URL('../../nodes/lesson', import.meta.url));

export const lessonInputs: NodeInputs = {
  snapshot: readNodeFolder(lessonFolder),
  corefile: readFileSync(`${lessonFolder}/corefile`, 'utf8'),
  resolvConf: readFileSync(`${lessonFolder}/resolv.conf`, 'utf8'),
};

export const record = (name: string, seed = 1): Recording => {
  const scenario: Scenario | undefined = scenarioNamed(name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  return simulate({ ...scenario, scenario: name }, lessonInputs, seed);
};
