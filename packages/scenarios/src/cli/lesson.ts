import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAINT, UsageError } from '@nodelocal/netfilter-sim/cli';
import { readNodeFolder, readText } from '@nodelocal/netfilter-sim/node';
import { Command, Option } from 'commander';
import { readListing } from '../kubernetes/listing/read-listing.ts';
import { readKubernetesObjects } from '../kubernetes/read-objects.ts';
import type { LessonCluster, LessonMode } from '../lesson/model/cluster.ts';
import { LESSON_MODES, lessonCluster } from '../lesson/model/cluster.ts';
import type { LessonStep } from '../lesson/step.ts';
import { exhibitLines, LESSON_STEPS, showStep } from '../lesson/steps.ts';
import { print } from './inputs.ts';

const NODES = fileURLToPath(new URL('../../nodes', import.meta.url));

interface LessonOptions {
  readonly mode: LessonMode;
  readonly json?: boolean;
}

export const lessonCommand = (): Command =>
  new Command('lesson')
    .description("what the lesson's reader sees at a step, computed; without a step all of them, a line each")
    .argument('[step]', 'as the lesson numbers it')
    .addOption(new Option('--mode <mode>', 'of kube-proxy').choices(LESSON_MODES).default('iptables'))
    .option('--json', 'print the same as data')
    .action((number: string | undefined, { mode, json = false }: LessonOptions) => {
      if (number === undefined) print(json ? [JSON.stringify(LESSON_STEPS, undefined, 2)] : listLines());
      else {
        const step = findStep(number);
        const exhibits = showStep(step, readCluster(mode));
        print(
          json
            ? [JSON.stringify({ schema: 1, number: step.number, title: step.title, mode, exhibits }, undefined, 2)]
            : [PAINT.strong(headOf(step)), ...exhibitLines(exhibits)],
        );
      }
    });

const headOf = ({ number, title }: LessonStep): string => `${number}. ${title}`;

const listLines = (): readonly string[] => LESSON_STEPS.map((step) => `${step.number < 10 ? ' ' : ''}${headOf(step)}`);

/** @throws UsageError for a step that the lesson does not have. */
const findStep = (written: string): LessonStep => {
  const found = LESSON_STEPS.find(({ number }) => String(number) === written);
  if (found !== undefined) return found;
  throw new UsageError(`the lesson has no step "${written}" (there are 1 to ${LESSON_STEPS.length})`);
};

const readCluster = (mode: LessonMode): LessonCluster => {
  const file = (name: string) => ({ file: join(NODES, name), text: readText(join(NODES, name)) });
  const cluster = file('cluster.json');
  return lessonCluster(
    {
      objects: readKubernetesObjects(cluster.file, cluster.text),
      listing: readListing([cluster, file('pods.json')]),
      node: readNodeFolder(join(NODES, 'kube-proxy')),
      nodeResolvConf: file('lesson/resolv.conf').text,
      template: file('Corefile.base').text,
    },
    mode,
  );
};
