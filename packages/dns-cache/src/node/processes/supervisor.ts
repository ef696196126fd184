import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrinter } from '../../agent/printer.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import type { Network } from '../network/network.ts';
import type { NodeFacts } from '../template/render.ts';
import { keepConfiguration } from './configuration.ts';
import { createSupervisorCounter } from './counts.ts';
import { createDiversion } from './diversion.ts';
import { openHandedSockets } from './handed-sockets.ts';
import { RETRY_MS } from './limits.ts';
import { formatLine } from './log-format.ts';
import type { NetworkPlan } from './network-plan.ts';
import { networkOf } from './network-plan.ts';
import { createPidFile } from './pid-file.ts';
import type { ServerCommand } from './server-child.ts';
import type { Servers } from './servers.ts';
import { startServers } from './servers.ts';

export interface SupervisorOptions {
  readonly flags: NodeFlags;
  readonly facts: NodeFacts;
  readonly plan: NetworkPlan;
  readonly calls: SystemCalls;
  /** What a server process runs. */
  readonly command: ServerCommand;
  readonly version: string;
}

/** Nothing can be served as it is configured; what was wrong has been said. */
export const REFUSED = 2;

/** As caddy: what ends it in good order. */
const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** So often it is tried to take away what is left when no query is led here any more: that harms nobody. */
const REMOVALS_MAX = 3;

/**
 * Has the sockets, the link, the rules and the servers of a node, until it is told to end. Rules are there only while a server
 * answers behind them. @returns the status to end with @throws ListenError, NoCorefileError; then nothing is left on the node
 */
export const supervise = async ({ flags, facts, plan, calls, command, version }: SupervisorOptions): Promise<number> => {
  const printer = createPrinter();
  const log = (line: string): void => printer.print(formatLine(line, flags.logFormat, new Date()));
  let servers: Servers | undefined;
  const counter = createSupervisorCounter((counts) => servers?.tell({ kind: 'counted', counts }));
  const networkFor = (addresses: NetworkPlan['addresses']): Network => networkOf({ ...plan, addresses }, { log, count: (counted) => counter.count(counted) });
  let network = networkFor(plan.addresses);
  const diversion = createDiversion(() => network);
  const pidFile = createPidFile(flags.pidFile, log);

  /** Resolves with the status to end with. */
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const hearEnd = (signal: string): void => {
    log(`[INFO] ${signal}: Shutting down servers then terminating`);
    end(0);
  };
  for (const signal of END_SIGNALS) process.on(signal, hearEnd);
  process.on('SIGHUP', () => undefined);
  process.on('SIGUSR1', () => servers?.tell({ kind: 'reload' }));

  log(`[INFO] Starting node-cache image: ${version}`);
  log(`[INFO] Using Corefile ${flags.corefile}`);
  if (flags.pidFile !== undefined) log(`[INFO] Using Pidfile ${flags.pidFile}`);
  for (const warning of flags.warnings) log(`[WARNING] ${warning}`);

  const takeLinkAway = async (): Promise<void> => {
    if (flags.skipTeardown) return;
    for (let times = 1; times <= REMOVALS_MAX; times += 1) {
      if (times > 1) await sleep(RETRY_MS);
      if ((await network.remove()).kind === 'removed') return;
    }
  };

  try {
    mkdirSync(flags.stateDirectory, { recursive: true });
    const stopKeeping = keepConfiguration({
      flags,
      facts,
      log,
      countError: () => counter.count({ kind: 'setup-error', errortype: 'configmap', times: 1 }),
      changed: () => {
        if (flags.reloadWithSignal) servers?.tell({ kind: 'reload' });
      },
    });
    await network.ensureLink();
    const handed = await openHandedSockets(calls, flags.localAddresses.map((address) => ({ address, port: flags.dnsPort })));
    servers = startServers({
      command,
      beginning: {
        conf: flags.corefile,
        port: flags.dnsPort,
        quiet: flags.quiet,
        cacheFile: join(flags.stateDirectory, 'caches'),
        logFormat: flags.logFormat,
        ...(flags.control === undefined ? {} : { control: flags.control }),
        ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
        ...(flags.skipTeardown ? {} : { network: plan }),
      },
      sockets: () => handed.sockets,
      keepsSpare: flags.spare,
      counts: () => counter.counts,
      log,
      serving(unserved) {
        if (unserved.length === 0) return;
        handed.release(unserved);
        const addresses = new Set(unserved.map(({ endpoint }) => endpoint.address));
        for (const address of addresses) log(`[WARNING] ${address} is a local address, but no block of ${flags.corefile} listens there: nothing is set up for it`);
        network = networkFor(plan.addresses.filter((address) => !addresses.has(address)));
      },
      divert() {
        pidFile.write();
        diversion.want();
      },
      stopDiverting() {
        pidFile.remove();
        void diversion.stop();
      },
      giveUp: () => end(REFUSED),
    });
    const ticks = setInterval(() => diversion.look(), flags.syncIntervalMs);

    const status = await ended;
    stopKeeping();
    clearInterval(ticks);
    pidFile.remove();
    await servers.lameduck();
    // Before the sockets: from here on pods are answered by kube-dns.
    if (!flags.skipTeardown) await diversion.stop();
    await servers.stop();
    await takeLinkAway();
    handed.close();
    return status;
  } catch (error) {
    await takeLinkAway();
    throw error;
  } finally {
    diversion.end();
    printer.flush();
    for (const signal of END_SIGNALS) process.off(signal, hearEnd);
  }
};
