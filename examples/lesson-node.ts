/* The node of the lesson, for the examples: the folder that comes with the scenarios. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Host } from '@nodelocal/netfilter-sim';
import { readNode } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import type { NodeInputs } from '@nodelocal/scenarios';

const folder = fileURLToPath(new URL('../packages/scenarios/nodes/lesson', import.meta.url));

export const lessonInputs = (): NodeInputs => ({
  snapshot: readNodeFolder(folder),
  corefile: readFileSync(`${folder}/corefile`, 'utf8'),
  resolvConf: readFileSync(`${folder}/resolv.conf`, 'utf8'),
});

export const lessonNode = (): Host => readNode(lessonInputs().snapshot).host;
