import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort } from '../../support/loopback.ts';
import type { Conversation, Seen, SeenStep, Step } from '../conversation.ts';
import type { Places } from '../mask.ts';
import { filled, masked, samplesOf } from '../mask.ts';
import { ask } from './client.ts';
import type { RunningServer } from './server.ts';
import { startServer } from './server.ts';
import type { SocketUpstream } from './upstream.ts';
import { startUpstream } from './upstream.ts';

const PATIENCE_MS = 1500;
/** On a machine that has much else to do. */
const PAGE_MS = 60_000;
/** As long as it takes until all that a step brought about is written. */
const AFTER_MS = { start: 150, query: 30, burst: 50, signal: 400 } as const;

const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds a conversation with a server that reads Corefiles, on sockets of loopback; the Corefile's path is put behind the command. */
export const record = async (conversation: Conversation, command: readonly string[]): Promise<Seen> => {
  const folder = mkdtempSync(join(tmpdir(), 'referee-'));
  folders.add(folder);
  const upstreams = new Map<string, SocketUpstream>();
  for (const [name, script] of Object.entries(conversation.upstreams ?? {})) upstreams.set(name, await startUpstream(script));
  const places: Places = {
    port: await freePort(),
    metrics: `127.0.0.1:${await freePort()}`,
    folder,
    upstreams: Object.fromEntries([...upstreams].map(([name, { port }]) => [name, port])),
  };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), filled(text, places));
  for (const [name, text] of Object.entries(conversation.files ?? {})) write(name, text);
  write('Corefile', conversation.corefile);
  const server = await startServer([...command, join(folder, 'Corefile')], { port: places.port, folder });
  const heard = (): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries([...upstreams].flatMap(([name, upstream]) => [[name, upstream.heard()] as const].filter(([, lines]) => lines.length > 0)));
  try {
    if (!server.isReady) return { started: false, said: server.freshLines().map((line) => masked(line, places)), steps: [] };
    await pause(AFTER_MS.start);
    server.freshLines();
    heard();
    const steps: SeenStep[] = [];
    const origin = performance.now();
    for (const step of conversation.steps) {
      const begun = Math.round(performance.now() - origin);
      const done = await carryOut(step, server, { places, write });
      const upstream = heard();
      const log = server.freshLines().map((line) => masked(line, places));
      steps.push({ at_ms: begun, ...done, ...(Object.keys(upstream).length > 0 && { upstream }), ...(log.length > 0 && { log }) });
    }
    return { started: true, steps };
  } finally {
    await server.stop();
    for (const upstream of upstreams.values()) upstream.stop();
    rmSync(folder, { recursive: true });
    folders.delete(folder);
  }
};

interface Stage {
  readonly places: Places;
  readonly write: (name: string, text: string) => void;
}

const carryOut = async (step: Step, server: RunningServer, { places, write }: Stage): Promise<SeenStep> => {
  const { wait_ms: waitMs, query, burst, write: name, text = '', signal, metrics, patience_ms: patienceMs = PATIENCE_MS } = step;
  if (waitMs !== undefined) await pause(waitMs);
  else if (query !== undefined) {
    const answer = await ask(query, places.port, patienceMs);
    await pause(AFTER_MS.query);
    return { answer };
  } else if (burst !== undefined) {
    const answer = await Promise.all(burst.map((one) => ask(one, places.port, patienceMs)));
    await pause(AFTER_MS.burst);
    return { answer };
  } else if (name !== undefined) write(name, text);
  else if (signal !== undefined) {
    await server.signal(signal);
    await pause(AFTER_MS.signal);
  } else if (metrics !== undefined) {
    const samples = samplesOf(await pageOf(places.metrics), places);
    return samples.length === 0 ? {} : { metrics: samples };
  }
  return {};
};

/** What stands on the page of metrics; nothing where no block has one. */
const pageOf = async (address: string): Promise<string> => {
  try {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(PAGE_MS) });
    return await response.text();
  } catch (error) {
    if (error instanceof TypeError) return '';
    throw error;
  }
};
