import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, AgentOptions } from '../../agent/agent.ts';
import { startAgent } from '../../agent/agent.ts';
import { createPrinter } from '../../agent/printer.ts';
import { inheritJournal, inheritSockets, releaseInherited, releaseUnasked } from '../../loop/inherited.ts';
import { openJournal } from '../../loop/journal.ts';
import { systemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import { collectWhenIdle, keepHeapSmall } from '../../threads/heap.ts';
import { showCounts } from './counts.ts';
import { ALIVE_EVERY_MS, ORPHAN_GRACE_MS, SAVE_CACHES_EVERY_MS } from './limits.ts';
import { formatLine, formatRefusal } from './log-format.ts';
import { NOTHING_KEPT } from '../readiness/kept.ts';
import { leaveNetwork } from './orphan.ts';
import { createPodAsker } from './pod-asker.ts';
import type { Readiness } from './readiness.ts';
import { createReadiness } from './readiness.ts';
import type { ServerCommand } from './server-child.ts';
import { refuseUnheard } from './refuse-unheard.ts';
import type { FromServer, ServerBeginning, SupervisorCounts, ToServer } from './protocol.ts';
import { BEGINNING_VARIABLE } from './protocol.ts';

/** What the program brings that the rooms above know. */
export interface ServerProgram extends Pick<AgentOptions, 'readFile' | 'version'> {
  /** @throws CorefileError and others that say what is wrong */
  readonly load: (path: string) => ReturnType<AgentOptions['load']>;
  /** What asks as a pod, in a namespace of its own. */
  readonly pod: ServerCommand;
}

const REFUSED_STATUS = 2;

/** Its own alone: what it starts has no use for it. `undefined`: no supervisor started it. */
const ownBeginning = (): ServerBeginning | undefined => {
  const text = process.env[BEGINNING_VARIABLE];
  delete process.env[BEGINNING_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as ServerBeginning);
};

/** One of the agent's servers, a process of its own: it waits until it is told to serve, and serves until it is told to stop. */
export const runServer = async ({ load, readFile, version, pod }: ServerProgram): Promise<void> => {
  keepHeapSmall();
  const printer = createPrinter();
  const beginning = ownBeginning();
  let agent: Agent | undefined;
  /** Settles once it serves: before that it may have read queries already, which are to be answered whatever it is told. */
  let starting: Promise<void> = Promise.resolve();
  let counts: SupervisorCounts = [];
  let readiness: Readiness | undefined;
  /** The local addresses that queries are led to. */
  let heardAt: readonly string[] = [];
  let isEnding = false;

  const print = (line: string): void => printer.print(formatLine(line, beginning?.logFormat ?? 'text', new Date()));
  const tell = (message: FromServer): void => {
    // A supervisor that was killed is heard of by `disconnect`; without a callback what cannot be sent any more would be an uncaught error.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };

  const end = (status: number): void => {
    printer.flush();
    process.exit(status);
  };

  /** Says why, to people and to the supervisor, before it ends. */
  const refuse = (error: unknown): void => {
    process.stderr.write(`${formatRefusal(reasonOf(error), beginning?.logFormat ?? 'text', new Date())}\n`);
    printer.flush();
    if (!process.connected) end(REFUSED_STATUS);
    process.send?.({ kind: 'refused', reason: reasonOf(error) } satisfies FromServer, undefined, undefined, () => end(REFUSED_STATUS));
  };

  const serve = async (told: ServerBeginning): Promise<void> => {
    const { conf, port, quiet, control, cacheFile, metricsAddress, journal, localAddresses, podAddresses } = told;
    const calls = systemCalls();
    // Now, and not before: what the one before owed to its end.
    if (calls !== undefined) inheritJournal(openJournal(calls, journal));
    const ownReadiness = createReadiness({
      addresses: localAddresses,
      dnsPort: port,
      podAsker: podAddresses && createPodAsker({ command: pod, podAddresses, dnsPort: port }),
    });
    readiness = ownReadiness;
    agent = await startAgent({
      load: () => load(conf),
      port,
      readFile,
      print,
      die: () => end(1),
      accept: (corefile) => refuseUnheard(corefile, port, heardAt),
      listening: () => undefined,
      quiet,
      version,
      readiness: () => ownReadiness.page(),
      ...(cacheFile === undefined ? {} : { cacheFile }),
      ...(control === undefined ? {} : { control }),
      ...(metricsAddress === undefined ? {} : { metricsAddress }),
    });
    showCounts(agent.metrics, counts);
    const unserved = calls === undefined ? [] : releaseUnasked(calls);
    const leftOut = new Set(unserved.map(({ endpoint }) => endpoint.address));
    readiness.leaveOut([...leftOut]);
    heardAt = localAddresses.filter((address) => !leftOut.has(address));
    tell({ kind: 'serving', unserved });
    collectWhenIdle();
    setInterval(() => void agent?.saveCaches(), SAVE_CACHES_EVERY_MS).unref();
  };

  /** Why it cannot serve, where it cannot, was told already. A start that hangs is not waited for. */
  const started = (): Promise<void> => Promise.race([starting.catch(() => undefined), sleep(ORPHAN_GRACE_MS, undefined, { ref: false })]);

  const stop = async (): Promise<void> => {
    isEnding = true;
    await started();
    readiness?.end();
    await agent?.stop();
    end(0);
  };

  const settleAll = async (): Promise<void> => {
    isEnding = true;
    await started();
    readiness?.end();
    const left = await agent?.leave();
    letGoOfSockets();
    tell({ kind: 'left' });
    await left?.settled;
  };

  let settled: Promise<void> | undefined;
  /** Resolves when it has left the sockets to others, and answered what it owes. */
  const settle = (): Promise<void> => {
    settled ??= settleAll();
    return settled;
  };

  const leave = async (): Promise<void> => {
    await settle();
    end(0);
  };

  const hear = async (message: ToServer): Promise<void> => {
    switch (message.kind) {
      case 'serve':
        if (beginning === undefined || isEnding) return;
        starting = serve(beginning);
        await starting;
        return;
      case 'reload':
        await agent?.reload();
        return;
      case 'counted':
        counts = message.counts;
        if (agent !== undefined) showCounts(agent.metrics, counts);
        return;
      case 'kept':
        readiness?.keep(message.network);
        return;
      case 'lameduck':
        await agent?.lameduck();
        tell({ kind: 'lame' });
        return;
      case 'leave':
        await leave();
        return;
      case 'stop':
        await stop();
    }
  };

  const letGoOfSockets = (): void => {
    const calls = systemCalls();
    if (calls !== undefined) releaseInherited(calls);
  };

  /** The supervisor is gone, and with it whoever would keep the rules. */
  const goOnAlone = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    print('[WARNING] The supervisor is gone');
    await started();
    readiness?.keep(NOTHING_KEPT);
    if (agent === undefined) letGoOfSockets();
    if (beginning !== undefined) await leaveNetwork(beginning, agent !== undefined, settle, print);
    await leave();
  };

  process.on('message', (message: ToServer) => {
    hear(message).catch(refuse);
  });
  process.on('disconnect', () => void goOnAlone());
  if (beginning !== undefined) {
    inheritSockets(beginning.sockets);
    tell({ kind: 'prepared' });
  }
  // Those are for the supervisor, which says what follows from them; a terminal sends them to all.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => undefined);

  setInterval(() => {
    tell({ kind: 'alive' });
    // It may have gone before anybody here listened for that.
    if (!process.connected) void goOnAlone();
  }, ALIVE_EVERY_MS);
  await new Promise((resolve) => process.once('exit', resolve));
};
