import { editedCorefile, servedCorefile } from './model/corefile.ts';
import { cacheAddresses } from './model/services.ts';
import type { LessonStep } from './step.ts';

const ELSE = '    ...';

/** The lines of each block that are about errors and the cache; whatever is between is `...`. */
const cacheLines = (corefile: string): readonly string[] => {
  let depth = 0;
  let isKept = false;
  const lines: string[] = [];
  for (const line of corefile.trimEnd().split('\n')) {
    const opens = line.trimEnd().endsWith('{');
    const closes = line.trim() === '}';
    if (depth === 1 && !closes) isKept = /^\s*(?:errors|cache)\b/.test(line);
    const isShown = depth === 0 || isKept || (closes && depth === 1);
    if (isShown) lines.push(line);
    else if (lines.at(-1) !== ELSE) lines.push(ELSE);
    depth += opens ? 1 : closes ? -1 : 0;
  }
  return lines;
};

export const cacheSettings: LessonStep = {
  number: 6,
  title: 'The caches in the Corefile',
  show: (cluster) => [
    { commands: [], output: cacheLines(editedCorefile(cluster)), see: 'Each zone has a cache of its own, with one store for answers and one for denials.' },
  ],
};

export const forwarding: LessonStep = {
  number: 7,
  title: 'Who is asked for which zone',
  show: (cluster) => {
    const corefile = servedCorefile(cluster, editedCorefile(cluster));
    return [
      {
        commands: [],
        output: ['[INFO] Using config file:', ...corefile.trimEnd().split('\n')],
        see: `The log has this only once the pods of step 8 run: until then nobody knows the address behind forward. It listens on ${cacheAddresses(cluster).join(' and ')}.`,
      },
    ];
  },
};
