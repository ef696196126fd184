import { fileURLToPath } from 'node:url';
import { runServer } from '../node/processes/server.ts';
import { loadCorefile } from './load.ts';
import { readText } from './read-text.ts';
import { VERSION } from './version.ts';

/** What a server starts in a namespace of its own, to ask as a pod does. */
const POD = { program: fileURLToPath(new URL('./main.js', import.meta.url)), words: ['node-pod'] };

/** A server of `dns-cache node`, which starts it and tells it what to do. */
export const nodeServer = (): Promise<void> => runServer({ load: loadCorefile, readFile: readText, pod: POD, version: `dns-cache-${VERSION}` });
