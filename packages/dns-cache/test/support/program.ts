import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program as it is run; `test/setup/build.ts` has built it. */
export const PROGRAM = join(root, 'dist/cli/main.js');
