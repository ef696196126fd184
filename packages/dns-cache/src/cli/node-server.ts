import { fileURLToPath } from 'node:url';
import { runServer } from '../node/processes/server.ts';
import { loadCorefile } from './load.ts';
import { guardOutput } from './output.ts';
import { readText } from './read-text.ts';
import { VERSION } from './version.ts';

/** What a server starts in a namespace of its own, to ask as a pod does. */
const POD = { program: fileURLToPath(new URL('./main.js', import.meta.url)), words: ['node-pod'] };

const REFUSED = 2;

/** A server of `dns-cache node`, which starts it and tells it what to do. It serves on where nobody reads its log any more. */
export const nodeServer = (): Promise<void> => {
  guardOutput('dns-cache', REFUSED).goOn();
  return runServer({ load: loadCorefile, readFile: readText, pod: POD, version: `dns-cache-${VERSION}` });
};
