import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InheritedSocket } from '../../loop/inherited.ts';
import { JOURNAL_OCTETS } from '../../loop/journal.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import type { Network } from '../network/network.ts';
import type { KeptNetwork } from '../readiness/kept.ts';
import { NOTHING_KEPT } from '../readiness/kept.ts';
import type { NodeFacts } from '../template/render.ts';
import type { Claim } from './claim.ts';
import { takeCharge } from './claim.ts';
import { keepConfiguration } from './configuration.ts';
import type { SupervisorCounter } from './counts.ts';
import { createDiversion } from './diversion.ts';
import { openHandedSockets } from './handed-sockets.ts';
import { findPredecessor, openSuccession } from './handover.ts';
import { AFTER_ORPHANS_MS, RETRY_MS } from './limits.ts';
import { watchLink } from './link-watch.ts';
import type { NetworkPlan } from './network-plan.ts';
import { networkOf } from './network-plan.ts';
import { createPidFile } from './pid-file.ts';
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
  /** Nobody needs to begin any more. */
  readonly isToldToEnd: () => boolean;
  /** Sockets that are open already. */
  readonly known: readonly InheritedSocket[];
}

/** How a term ends. */
type TermEnd =
  | { readonly kind: 'told' }
  /** The configuration cannot be served; why was said. */
  | { readonly kind: 'refused' }
  /** Another agent serves in its place, until `abandoned`; `orderly`: nothing of that one is left. */
  | { readonly kind: 'retired'; readonly abandoned: Promise<{ readonly orderly: boolean }> }
  /** One that wanted to is gone again: these sockets wait for somebody. */
  | { readonly kind: 'abandoned'; readonly sockets: readonly InheritedSocket[] };

/** The time in which an agent has the sockets, the link, the rules and the servers of its node. */
export interface Term {
  readonly ended: Promise<TermEnd>;
  readonly servers: Servers;
  /** Tells that it is to end. */
  end(): void;
}

/** So often it is tried to take away what is left when no query is led here any more: that harms nobody. */
const REMOVALS_MAX = 3;

const beginningOf = (flags: NodeFlags, plan: NetworkPlan): Omit<ServerBeginning, keyof HandedDown> => ({
  conf: flags.corefile,
  port: flags.dnsPort,
  localAddresses: flags.localAddresses,
  quiet: flags.quiet,
  stateDirectory: flags.stateDirectory,
  cacheFile: join(flags.stateDirectory, 'caches'),
  logFormat: flags.logFormat,
  ...(flags.control === undefined ? {} : { control: flags.control }),
  ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
  ...(flags.probeAsPod ? { podAddresses: flags.podAddresses } : {}),
  ...(flags.skipTeardown ? {} : { network: plan }),
});

/**
 * Begins one: alone, or in the place of an agent that is there already, which serves until this one can.
 * @throws ListenError, NoCorefileError, ClaimedError; then nothing of it is left on the node
 */
export const beginTerm = async ({ flags, facts, plan, calls, command, log, counter, known, isToldToEnd }: TermOptions): Promise<Term> => {
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
  let end: (how: TermEnd) => void = () => undefined;
  const told = new Promise<TermEnd>((resolve) => {
    end = resolve;
  });

  const takeLinkAway = async (): Promise<void> => {
    if (flags.skipTeardown) return;
    for (let times = 1; times <= REMOVALS_MAX; times += 1) {
      if (times > 1) await sleep(RETRY_MS);
      if ((await network.remove()).kind === 'removed') return;
    }
  };

  const endpoints = flags.localAddresses.map((address) => ({ address, port: flags.dnsPort }));
  const charge = await takeCharge({ endpoints, findPredecessor: () => findPredecessor(calls, flags.stateDirectory), isToldToEnd, log });
  let isSuccessor = charge.kind === 'successor';
  const predecessor = charge.kind === 'successor' ? charge.predecessor : undefined;
  let claim: Promise<Claim | undefined> = Promise.resolve(charge.kind === 'alone' ? charge.claim : undefined);
  const releaseClaim = async (): Promise<void> => {
    await (await claim)?.release();
  };
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
    await network.ensureLink();
    return openHandedSockets(calls, endpoints, [...known, ...((await predecessor?.sockets()) ?? [])]);
  };
  const handed = await begin().catch(async (error: unknown) => {
    stopKeeping();
    predecessor?.dismiss();
    if (predecessor === undefined) await takeLinkAway();
    await releaseClaim();
    throw error;
  });

  const journal = calls.createMemory(JOURNAL_OCTETS);

  /** The other one reads the sockets until a server of ours can. */
  let yielded: Promise<void> | undefined;
  const ready = (): Promise<void> => {
    yielded ??= predecessor?.yield().catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}; going on without it`)) ?? Promise.resolve();
    return yielded;
  };

  /** The one before has let go of it, or is gone. */
  const claimAfter = async (): Promise<Claim | undefined> => {
    try {
      const now = await takeCharge({ endpoints, findPredecessor: () => Promise.resolve(undefined), isToldToEnd, log });
      return now.kind === 'alone' ? now.claim : undefined;
    } catch (error) {
      log(`[WARNING] ${reasonOf(error)}`);
      return undefined;
    }
  };

  /** Once for all: from here on link and rules are ours. */
  const takeOver = async (): Promise<void> => {
    if (!isSuccessor) return;
    isSuccessor = false;
    await predecessor?.done().catch((error: unknown) => log(`[WARNING] ${reasonOf(error)}`));
    // Nobody waits for it: where the one before hangs, pods need their rules all the same.
    claim = claimAfter();
    log('[INFO] Went on in the place of the agent before');
    await openDoor();
  };

  let isEnding = false;
  let takingOver: Promise<void> = Promise.resolve();
  const started = startServers({
    command,
    beginning: beginningOf(flags, plan),
    handedDown: () => ({ sockets: handed.sockets, journal }),
    keepsSpare: flags.spare,
    diverts: !isSuccessor,
    ready,
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
      takingOver = takeOver().then(() => {
        // It may have been told to end meanwhile: what goes in now nobody would take away.
        if (isEnding) return;
        pidFile.write();
        diversion.want();
      });
    },
    stopDiverting() {
      pidFile.remove();
      void diversion.stop();
    },
    giveUp: () => end({ kind: 'refused' }),
  });

  servers = started;

  const ticks = setInterval(() => diversion.look(), flags.syncIntervalMs);
  const watch = flags.setupInterface ? watchLink(flags.interfaceName, () => diversion.look()) : undefined;
  // What servers without a supervisor took away.
  const early = setTimeout(() => diversion.look(), AFTER_ORPHANS_MS);
  const rest = (): void => {
    stopKeeping();
    clearInterval(ticks);
    clearTimeout(early);
    watch?.end();
    diversion.end();
    calls.close(journal);
  };

  let closeDoor: () => void = () => undefined;
  const openDoor = async (): Promise<void> => {
    let abandon: (how: { readonly orderly: boolean }) => void = () => undefined;
    const abandonedLater = new Promise<{ readonly orderly: boolean }>((resolve) => {
      abandon = resolve;
    });
    let hasYielded = false;
    const door = await openSuccession(calls, flags.stateDirectory, {
      sockets: () => handed.sockets,
      yielding: () => {
        hasYielded = true;
        return started.leave();
      },
      async retired() {
        rest();
        handed.close();
        await releaseClaim();
        end({ kind: 'retired', abandoned: abandonedLater });
      },
      abandoned(hadRetired, orderly) {
        if (hadRetired) abandon({ orderly });
        else if (hasYielded) end({ kind: 'abandoned', sockets: handed.sockets });
      },
      log,
    }).catch((error: unknown) => {
      log(`[WARNING] No other agent could go on in the place of this one: ${reasonOf(error)}`);
      return undefined;
    });
    closeDoor = () => door?.close();
  };
  if (!isSuccessor) await openDoor();

  const finish = async (how: TermEnd): Promise<TermEnd> => {
    switch (how.kind) {
      case 'retired':
        return how;
      case 'abandoned':
        rest();
        closeDoor();
        await releaseClaim();
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
    // Before the sockets: from here on pods are answered by kube-dns.
    if (!flags.skipTeardown && !isSuccessor) await diversion.stop();
    await started.stop();
    rest();
    closeDoor();
    // While another serves there the link is its own.
    if (!isSuccessor) await takeLinkAway();
    handed.close();
    await releaseClaim();
    predecessor?.dismiss();
    return how;
  };

  return { ended: told.then(finish), servers: started, end: () => end({ kind: 'told' }) };
};
