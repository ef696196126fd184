import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadBeginning } from './protocol.ts';
import { serveThread } from './thread.ts';

/* What a thread of the server runs. */

if (parentPort === null) throw new Error('this file is for threads: it is started by member.ts');
serveThread(parentPort, workerData as ThreadBeginning);
