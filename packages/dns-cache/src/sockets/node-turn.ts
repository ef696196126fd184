import type { Loop } from '../loop/loop.ts';
import { loopOf } from '../loop/loop.ts';
import { systemCalls } from '../loop/system-calls.ts';

const ourLoop = (): Loop | undefined => {
  const calls = systemCalls();
  return calls && loopOf(calls);
};

/** Something was done by Node's sockets or promises, which go on with it in a turn of Node's loop. */
export const yieldToNode = (): void => ourLoop()?.yieldToNode();

/** Does this when what lies in our sockets now, and in those of Node.js, is read; it does not wait for more. */
export const afterReading = (work: () => void): void => {
  const loop = ourLoop();
  if (loop === undefined) setImmediate(work);
  else loop.afterReading(work);
};

/** Does this once what lies in all sockets is read, those of Node.js and ours. */
export const whenRead = (work: () => void): void => {
  // Node's sockets have their turn before what is immediate.
  setImmediate(() => {
    const loop = ourLoop();
    if (loop === undefined) work();
    else loop.whenRead(work);
  });
};
