import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Routes } from './http.ts';
import { plainText } from './http.ts';

/*
 * Where CoreDNS has Go's pprof, this process has V8's profiler: files that Chrome's developer tools and others open.
 */

const SECONDS_DEFAULT = 30;
const SECONDS_MAX = 300;

const INDEX = `/debug/pprof/

profile?seconds=N   where the CPU's time goes, as a .cpuprofile
heap                what is in memory, as a .heapsnapshot
`;

const json = (body: string): Page => ({ status: 200, contentType: 'application/json', body });

const profile = async (url: URL): Promise<Page> => {
  const seconds = Number(url.searchParams.get('seconds') ?? SECONDS_DEFAULT);
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) return plainText(400, `seconds is a number up to ${SECONDS_MAX}\n`);
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await sleep(seconds * 1000);
    const { profile: found } = await session.post('Profiler.stop');
    return json(JSON.stringify(found));
  } finally {
    session.disconnect();
  }
};

const heap = async (): Promise<Page> => {
  const session = new Session();
  const chunks: string[] = [];
  session.connect();
  try {
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => chunks.push(params.chunk));
    await session.post('HeapProfiler.takeHeapSnapshot');
    return json(chunks.join(''));
  } finally {
    session.disconnect();
  }
};

export const PROFILER_ROUTES: Routes = {
  '/debug/pprof/': () => plainText(200, INDEX),
  '/debug/pprof/profile': profile,
  '/debug/pprof/heap': heap,
};
