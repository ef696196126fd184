import { suiteOf } from './test/setup/suite.ts';

/** What takes longer than a suite may, in files named `*.long.test.ts`, has a command of its own: pnpm test:long. */
export default suiteOf('test.ts', { but: ['**/*.long.test.ts'] });
