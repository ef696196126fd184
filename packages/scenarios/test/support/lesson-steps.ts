import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { readListing } from '../../src/kubernetes/listing/read-listing.ts';
import { readKubernetesObjects } from '../../src/kubernetes/read-objects.ts';
import type { LessonCluster, LessonMode } from '../../src/lesson/model/cluster.ts';
import { lessonCluster } from '../../src/lesson/model/cluster.ts';
import type { Exhibit } from '../../src/lesson/step.ts';
import { LESSON_STEPS, showStep } from '../../src/lesson/steps.ts';

const nodes = fileURLToPath(new URL('../../nodes/', import.meta.url));
const read = (name: string): string => readFileSync(`${nodes}${name}`, 'utf8');

/** The lesson's cluster, whose objects are changed as texts, and the rest of it as a value. */
export const clusterWith = (mode: LessonMode = 'iptables', changed: (json: string) => string = (json) => json, rest: Partial<LessonCluster> = {}): LessonCluster => {
  const files = ['cluster.json', 'pods.json'].map((file) => ({ file, text: changed(read(file)) }));
  const [first] = files;
  const objects = readKubernetesObjects('cluster.json', first?.text ?? '');
  const cluster = lessonCluster(
    { objects, listing: readListing(files), node: readNodeFolder(`${nodes}kube-proxy`), nodeResolvConf: read('lesson/resolv.conf'), template: read('Corefile.base') },
    mode,
  );
  return { ...cluster, ...rest };
};

export const CLUSTER = clusterWith();

export const exhibitsOf = (number: number, cluster = CLUSTER): readonly Exhibit[] => {
  const step = LESSON_STEPS.find((each) => each.number === number);
  if (step === undefined) throw new RangeError(`no step ${number}`);
  return showStep(step, cluster);
};

/** What comes of the commands of a step that have this text in them; of all of them where none is given. */
export const outputOf = (number: number, command = '', cluster = CLUSTER): readonly string[] =>
  exhibitsOf(number, cluster).flatMap(({ commands, output }) => (command === '' || commands.some((each) => each.includes(command)) ? output : []));
