import { suiteOf } from './test/setup/suite.ts';

/** The live kernel at length, fuzzing over sockets, peers: pnpm test:long. Most of it waits, for answers that do not come and the like. */
export default suiteOf('long.test.ts', { maxWorkers: '150%' });
