import { basename } from 'node:path';
import type { NodeFacts } from '../template/render.ts';
import type { Synced } from '../template/sync.ts';
import { INITIAL_SYNC, syncCorefile } from '../template/sync.ts';
import { readDirectory } from './read-directory.ts';
import { directoriesOf } from './corefile-keeper.ts';

/** What a start would write now, without writing it. */
export const previewCorefile = (template: string, kubeDnsDirectory: string, facts: NodeFacts): Synced => {
  const directories = directoriesOf(template, kubeDnsDirectory);
  const sources = { template: readDirectory(directories.template), kubeDns: readDirectory(directories.kubeDns) };
  return syncCorefile(INITIAL_SYNC, sources, basename(template), facts);
};
