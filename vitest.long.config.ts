import { suiteOf } from './test/setup/suite.ts';

/** The live kernel at length, fuzzing over sockets, peers: pnpm test:long. */
export default suiteOf('long.test.ts');
