import { runServer } from '../node/processes/server.ts';
import { loadCorefile } from './load.ts';
import { readText } from './read-text.ts';
import { VERSION } from './version.ts';

/** A server of `dns-cache node`, which starts it and tells it what to do. */
export const nodeServer = (): Promise<void> => runServer({ load: loadCorefile, readFile: readText, version: `dns-cache-${VERSION}` });
