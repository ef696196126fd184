import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../address.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import { JOURNAL_OCTETS } from '../../loop/journal.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import type { Network } from '../network/network.ts';
import type { KeptNetwork } from '../readiness/kept.ts';
import { NOTHING_KEPT } from '../readiness/kept.ts';
import type { NodeFacts } from '../template/render.ts';
import { keepConfiguration } from './configuration.ts';
import type { Claim } from './claim.ts';
import type { SupervisorCounter } from './counts.ts';
import { createDiversion } from './diversion.ts';
import type { Succeeded } from './door.ts';
import { createDoor } from './door.ts';
import { openHandedSockets } from './handed-sockets.ts';
import { EARLY_LOOK_MS, RETRY_MS } from './limits.ts';
import { watchLink } from './link-watch.ts';
import type { NetworkPlan } from './network-plan.ts';
import { networkOf } from './network-plan.ts';
import { createPidFile } from './pid-file.ts';
import { takePlace } from './place.ts';
import type { ServerBeginning } from './protocol.ts';
import type { HandedDown, ServerCommand } from './server-child.ts';
import type { Servers } from './servers.ts';
import { startServers } from './servers.ts';

export interface TermOptions {
  readonly flags: NodeFlags;
  readonly facts: NodeFacts;
  readonly plan: NetworkPlan;
  readonly calls: SystemCalls;
  /** What a server process runs. */
  readonly command: ServerCommand;
  readonly log: (line: string) => void;
  readonly counter: SupervisorCounter;
  /** Where the next process finds what this one leaves; `undefined`: nothing can be written there. */
  readonly stateDirectory: string | undefined;
  /** Nobody needs to begin any more. */
  readonly isToldToEnd: () => boolean;
  /** It goes on where it has served before. */
  readonly hasServed: boolean;
  /** Sockets that are open already. */
  readonly known: readonly InheritedSocket[];
  /** In charge of the addresses already. */
  readonly held: Claim | undefined;
}

/** What a term ends for. */
type TermEnding =
  | { readonly kind: 'told' }
  /** The configuration cannot be served; why was said. */
  | { readonly kind: 'refused' }
  /** Before it served; another agent, or the one before with other sockets, does. */
  | { readonly kind: 'anew' }
  | Succeeded;

/** How a term ended; `held`: what the next one has from it, so that nobody takes link and rules away in between. */
type TermEnd = Exclude<TermEnding, { readonly kind: 'abandoned' }> | (Extract<TermEnding, { readonly kind: 'abandoned' }> & { readonly held: Claim | undefined });

/** The time in which an agent has the sockets, the link, the rules and the servers of its node. */
export interface Term {
  readonly ended: Promise<TermEnd>;
  readonly servers: Servers;
  /** Tells that it is to end. */
  end(): void;
}

/** So often it is tried to take away what is left when no query is led here any more: that harms nobody. */
const REMOVALS_MAX = 3;

const beginningOf = ({ flags, plan, stateDirectory }: TermOptions): Omit<ServerBeginning, keyof HandedDown> => ({
  conf: flags.corefile,
  port: flags.dnsPort,
  localAddresses: flags.localAddresses,
  quiet: flags.quiet,
  stateDirectory: flags.stateDirectory,
  logFormat: flags.logFormat,
  ...(stateDirectory === undefined ? {} : { cacheFile: join(stateDirectory, 'caches') }),
  ...(flags.control === undefined ? {} : { control: flags.control }),
  ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
  ...(flags.probeAsPod ? { podAddresses: flags.podAddresses } : {}),
  ...(flags.skipTeardown ? {} : { network: plan }),
});

export const endpointsOf = ({ localAddresses, dnsPort }: NodeFlags): readonly Endpoint[] => localAddresses.map((address) => ({ address, port: dnsPort }));

/**
 * Begins one: alone, or in the place of an agent that is there already, which serves until this one can.
 * @throws ListenError, NoCorefileError, ClaimedError; then nothing of it is left on the node
 */
export const beginTerm = async (options: TermOptions): Promise<Term> => {
  const { flags, facts, plan, calls, command, log, counter, known, held, stateDirectory, isToldToEnd } = options;
  const networkFor = (addresses: NetworkPlan['addresses']): Network => networkOf({ ...plan, addresses }, { log, count: (counted) => counter.count(counted) });
  let network = networkFor(plan.addresses);
  let servers: Servers | undefined;
  let kept: KeptNetwork = NOTHING_KEPT;
  const diversion = createDiversion(
    () => network,
    log,
    (now) => {
      kept = now;
      servers?.tell({ kind: 'kept', network: now });
    },
  );
  const pidFile = createPidFile(flags.pidFile, log);
  let end: (how: TermEnding) => void = () => undefined;
  const told = new Promise<TermEnding>((resolve) => {
    end = resolve;
  });

  /** Whether nothing of it is left. */
  const takeLinkAway = async (): Promise<boolean> => {
    for (let times = 1; times <= REMOVALS_MAX; times += 1) {
      if (times > 1) await sleep(RETRY_MS);
      if ((await network.remove()).kind === 'removed') return true;
    }
    return false;
  };

  const endpoints = endpointsOf(flags);
  const place = await takePlace({ endpoints, calls, stateDirectory, isToldToEnd, held, log });
  let stopKeeping: () => void = () => undefined;
  const begin = async () => {
    stopKeeping = keepConfiguration({
      flags,
      facts,
      log,
      countError: () => counter.count({ kind: 'setup-error', errortype: 'configmap', times: 1 }),
      changed: () => {
        if (flags.reloadWithSignal) servers?.tell({ kind: 'reload' });
      },
    });
    const others = await place.sockets();
    // Not before: one that has ended meanwhile took its link along.
    await network.ensureLink();
    return openHandedSockets(calls, endpoints, [...known, ...others]);
  };
  const handed = await begin().catch(async (error: unknown) => {
    stopKeeping();
    place.dismiss();
    if (!place.isOthers && !flags.skipTeardown) await takeLinkAway();
    await place.release();
    throw error;
  });

  const journal = calls.createMemory(JOURNAL_OCTETS);
  let isEnding = false;
  /** A server serves. */
  let leadsHere = false;
  let takingOver: Promise<void> = Promise.resolve();
  const started = startServers({
    command,
    beginning: beginningOf(options),
    handedDown: () => ({ sockets: handed.sockets, journal }),
    keepsSpare: flags.spare,
    diverts: !place.isOthers,
    hasServed: options.hasServed,
    async ready() {
      if (!place.isOthers) return true;
      if (!(await place.ready())) {
        end({ kind: 'anew' });
        return false;
      }
      if (place.isOthers) return true;
      // The one before is gone, with its link or without it; rules may be there, and servers of it that wait for somebody.
      started.beAlone();
      await door.open();
      await network.ensureLink();
      return true;
    },
    counts: () => counter.counts,
    kept: () => kept,
    log,
    serving(unserved) {
      if (unserved.length === 0) return;
      handed.release(unserved);
      const addresses = new Set(unserved.map(({ endpoint }) => endpoint.address));
      for (const address of addresses) log(`[WARNING] ${address} is a local address, but no block of ${flags.corefile} listens there: nothing is set up for it`);
      network = networkFor(plan.addresses.filter((address) => !addresses.has(address)));
    },
    divert() {
      leadsHere = true;
      takingOver = takeOver().then(() => {
        // It may have been told to end meanwhile: what goes in now nobody would take away. Or its servers are no more.
        if (isEnding || !leadsHere) return;
        pidFile.write();
        diversion.want();
      });
    },
    stopDiverting() {
      leadsHere = false;
      pidFile.remove();
      void diversion.stop();
    },
    refused() {
      // While nobody serves the rules are not kept, and the link not with them.
      if (!place.isOthers) void network.ensureLink();
    },
    giveUp: () => end({ kind: 'refused' }),
  });

  servers = started;

  const ticks = setInterval(() => diversion.look(), flags.syncIntervalMs);
  const watch = watchLink(flags.setupInterface ? flags.interfaceName : undefined, () => diversion.look());
  // What servers without a supervisor took away, between two that were in charge.
  const early = setTimeout(() => diversion.look(), EARLY_LOOK_MS);
  const rest = async (): Promise<void> => {
    isEnding = true;
    stopKeeping();
    clearInterval(ticks);
    clearTimeout(early);
    watch.end();
    calls.close(journal);
    await diversion.end();
  };

  const door = createDoor({
    calls,
    stateDirectory,
    sockets: () => handed.sockets,
    leave: () => started.leave(),
    async letGo() {
      await rest();
      handed.close();
      await place.release();
    },
    end,
    log,
  });
  const takeOver = async (): Promise<void> => {
    await place.takeOver();
    await door.open();
  };
  if (!place.isOthers) await door.open();

  /** Takes away what there is of the network, where that is ours. @returns what is left of it, for people */
  const clear = async (): Promise<string> => {
    if (place.isOthers) return 'the agent before serves';
    if (flags.skipTeardown) return 'link and rules stay, as -skipteardown asks';
    return (await takeLinkAway()) ? 'its rules and addresses are gone' : 'some of its rules or addresses are left';
  };

  const finish = async (how: TermEnding): Promise<TermEnd> => {
    switch (how.kind) {
      case 'retired':
        return how;
      case 'abandoned':
        // Queries wait for the next one; it does not wait for an iptables that hangs.
        void rest();
        door.close();
        return { ...how, held: await place.handOn() };
      case 'anew':
        void rest();
        await started.stop();
        handed.close();
        await place.release();
        place.dismiss();
        return how;
      case 'told':
      case 'refused':
        break;
    }
    isEnding = true;
    await takingOver;
    pidFile.remove();
    await started.lameduck();
    await takingOver;
    // Who is about to go on here needs link and rules; who comes later waits.
    if ((await door.pending())?.kind === 'retired') return how;
    door.close();
    // Before the sockets: from here on pods are answered by kube-dns.
    if (!flags.skipTeardown && !place.isOthers) await diversion.stop();
    await started.stop();
    await rest();
    const left = await clear();
    handed.close();
    await place.release();
    place.dismiss();
    log(`[INFO] Ended: ${left}`);
    return how;
  };

  return { ended: told.then(finish), servers: started, end: () => end({ kind: 'told' }) };
};
