import { hasInherited } from '../loop/inherited.ts';
import { systemCalls } from '../loop/system-calls.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { facilitiesOf } from '../plugin/server-block.ts';
import { startService } from '../sockets/service.ts';
import { THREAD_PROGRAM } from './member.ts';
import type { Serving, ServingOptions } from './serving.ts';

/** How many threads a Corefile asks for: the most that a block does. */
const threadsAskedBy = (corefile: Corefile): number =>
  Math.max(1, ...facilitiesOf(corefile).flatMap((one) => (one.kind === 'multisocket' ? [one.threads] : [])));

/** How many there can be, and why not as many as that. */
export const threadsFor = (corefile: Corefile): { readonly threads: number; readonly because: string } => {
  const asked = threadsAskedBy(corefile);
  const { processors } = corefile.written.machine;
  if (hasInherited()) return { threads: 1, because: 'the sockets of a node agent are for one thread' };
  if (systemCalls() === undefined) return { threads: 1, because: "Node's own sockets cannot share a port" };
  return { threads: Math.min(asked, processors), because: 'more threads than processors would be in each other\'s way' };
};

/** What to tell those who wrote it, where it is not as they wrote. */
export const threadHints = (corefile: Corefile, running: number): readonly string[] => {
  const asked = threadsAskedBy(corefile);
  const { threads, because } = threadsFor(corefile);
  const fewer = threads < asked ? [`plugin/multisocket: ${threads} instead of ${asked}: ${because}`] : [];
  const later = threads === running ? [] : [`plugin/multisocket: ${threads} from the next start on, ${running} until then`];
  return [...fewer, ...later];
};

/**
 * An upstream that is a function can only answer in the thread that has it.
 * @param program what threads run
 * @throws as `startService`
 */
export const startServing = async (options: ServingOptions, threads: number, program: URL = THREAD_PROGRAM): Promise<Serving> => {
  const calls = systemCalls();
  if (threads > 1 && calls !== undefined && options.answerUpstream === undefined) {
    // Not for those who have one thread: Node.js opens the files of its imports all at once.
    const { startCrewService } = await import('./crew-service.ts');
    return startCrewService(options, { calls, threads, program });
  }
  const service = await startService(options);
  return Object.assign(service, { threads: 1, counts: async () => [], killThread: () => false });
};
