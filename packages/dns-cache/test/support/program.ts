import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program as it is run, once it is built. */
export const PROGRAM = join(root, 'dist/cli/main.js');

let isBuilt = false;

/** Tests run from the sources, the program from what the compiler makes of them; once for all files that a worker runs. */
export const buildProgram = (): void => {
  if (isBuilt) return;
  isBuilt = true;
  execFileSync(join(root, '../../node_modules/.bin/tsc'), ['-b', join(root, 'tsconfig.shell.json')]);
};
