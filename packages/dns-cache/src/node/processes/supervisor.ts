import process from 'node:process';
import { createPrinter } from '../../agent/printer.ts';
import { END_SIGNALS } from '../../agent/signals.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { Claim } from './claim.ts';
import { awaitCharge, ClaimedError } from './claim.ts';
import { createSupervisorCounter } from './counts.ts';
import { agentGone } from './handover.ts';
import { formatLine } from './log-format.ts';
import type { NetworkPlan } from './network-plan.ts';
import { prepareStateDirectory } from './state-directory.ts';
import type { Term, TermOptions } from './term.ts';
import { beginTerm, endpointsOf } from './term.ts';

export interface SupervisorOptions extends Pick<TermOptions, 'flags' | 'facts' | 'calls' | 'command'> {
  /** Asks the node's programs, which may hang. @throws BackendError */
  readonly choosePlan: () => Promise<NetworkPlan>;
  readonly version: string;
}

/** Nothing can be served as it is configured. */
const REFUSED = 2;
/** A fault of this program. */
const FAULT = 1;

/** SIGQUIT too ends it in good order, or its rules would stay. */
const ALL_END_SIGNALS = { ...END_SIGNALS, SIGQUIT: 'Quitting process immediately' } as const;

/**
 * Keeps DNS on a node until it is told to end, and waits while another agent does. Rules are there only while a server answers
 * behind them. @returns the status to end with @throws ListenError, NoCorefileError, ClaimedError; then nothing is left on the node
 */
export const supervise = async (options: SupervisorOptions): Promise<number> => {
  const { flags, version } = options;
  const printer = createPrinter();
  const log = (line: string): void => printer.print(formatLine(line, flags.logFormat, new Date()));
  let term: Term | undefined;
  const counter = createSupervisorCounter((counts) => term?.servers.tell({ kind: 'counted', counts }));

  let hearEnd: () => void = () => undefined;
  let isToldToEnd = false;
  let statusAtEnd = 0;
  const toldToEnd = new Promise<undefined>((resolve) => {
    hearEnd = () => resolve(undefined);
  });
  const end = (): void => {
    isToldToEnd = true;
    term?.end();
    hearEnd();
  };
  for (const [signal, said] of Object.entries(ALL_END_SIGNALS)) {
    process.on(signal, () => {
      log(`[INFO] ${signal}: ${said}`);
      end();
    });
  }
  // Node.js would end it at once, and the rules would lead queries where nobody reads them.
  process.on('uncaughtException', (error) => {
    log(`[ERROR] A fault of this program, which ends it: ${String(error.stack).replaceAll(/\s*\n\s*/g, ' ')}`);
    statusAtEnd = FAULT;
    end();
  });
  process.on('SIGHUP', () => undefined);
  process.on('SIGUSR1', () => {
    log('[INFO] SIGUSR1: Reloading');
    term?.servers.tell({ kind: 'reload' });
  });
  // Node.js would end, and queries go to kube-dns.
  process.on('SIGUSR2', () => log('[WARNING] SIGUSR2: no upgrade in place; another agent that is started on this node goes on in the place of this one'));

  log(`[INFO] Starting node-cache image: ${version}`);
  log(`[INFO] Using Corefile ${flags.corefile}`);
  if (flags.pidFile !== undefined) log(`[INFO] Using Pidfile ${flags.pidFile}`);
  for (const warning of flags.warnings) log(`[WARNING] ${warning}`);

  try {
    const whyNoState = prepareStateDirectory(flags.stateDirectory);
    if (whyNoState !== undefined) {
      log(`[WARNING] Nothing can be written in ${flags.stateDirectory} (-statedir): ${whyNoState}; caches are not kept for the next process, and no other agent could go on in the place of this one`);
    }
    const stateDirectory = whyNoState === undefined ? flags.stateDirectory : undefined;
    const plan = await Promise.race([options.choosePlan(), toldToEnd]);
    if (plan === undefined) return statusAtEnd;
    let known: readonly InheritedSocket[] = [];
    let held: Claim | undefined;
    let hasServed = false;
    for (;;) {
      term = await beginTerm({ ...options, plan, log, counter, hasServed, known, held, stateDirectory, isToldToEnd: () => isToldToEnd });
      // While it began it could not hear.
      if (isToldToEnd) term.end();
      const how = await term.ended;
      term = undefined;
      switch (how.kind) {
        case 'told':
          return statusAtEnd;
        case 'refused':
          return REFUSED;
        case 'anew':
          log('[INFO] Others serve this node by now: beginning anew');
          known = [];
          held = undefined;
          continue;
        case 'abandoned':
          log('[WARNING] The other agent is gone: going on');
          ({ sockets: known, held } = how);
          break;
        case 'retired':
          log('[INFO] Another agent serves this node; waiting');
          await Promise.race([how.abandoned, toldToEnd]);
          // Yet another may go on in the place of that one by then.
          held = await Promise.race([awaitCharge(endpointsOf(flags), () => agentGone(flags.stateDirectory)), toldToEnd]);
          if (held === undefined) return statusAtEnd;
          log('[WARNING] The other agent is gone: going on');
          known = [];
      }
      hasServed = true;
    }
  } catch (error) {
    // It waited for the end of another.
    if (error instanceof ClaimedError && isToldToEnd) return statusAtEnd;
    throw error;
  } finally {
    printer.flush();
  }
};
