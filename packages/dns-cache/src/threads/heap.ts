import { cpuUsage } from 'node:process';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemCalls } from '../loop/system-calls.ts';

/**
 * Left alone, V8 lets the heap grow as far as the machine's memory invites it to; on a node that memory is the pods'.
 * Collecting when the old generation has grown by a quarter saved 45 of 175 MB with both stores full, and costs next to
 * nothing where answers come from the cache. There is no upper bound in it: a cache may be as large as its Corefile says.
 * (A small young generation saved 30 MB more, for half a microsecond a query: `pnpm bench:dns`.)
 */
const FLAG = '--heap-growing-percent=25';

/**
 * Glibc gives each thread that asks for memory at the same time as others a place of its own for it, up to eight for each
 * processor, and little of what is free in one is given back: with two of them a server with both stores full took 3 MB less,
 * one of two threads 20.
 */
const ARENAS_MAX = 2;

/** Has to be called before the heap has grown. */
export const keepHeapSmall = (): void => {
  setFlagsFromString(FLAG);
  systemCalls()?.limitArenas(ARENAS_MAX);
};

/**
 * Looked at so often; less processor time in between is idleness. Not sooner: with the shapes of objects that nobody holds any
 * more goes the code that V8 had made for them. (What a miss needs is held: `Specimens` in engine/runtime.ts.)
 */
const LOOK_EVERY_MS = 20_000;
const IDLE_MICROSECONDS = 200_000;

/**
 * A collection shrinks the young generation where less than a megabyte a second was allocated over five seconds or more (V8
 * heap.cc, ReduceNewSpaceSize): the first one may come too early for that, and so may others.
 */
const COLLECTIONS_MAX = 12;
const YOUNG_OCTETS_MAX = 2 << 20;

const isYoungSmall = (): boolean =>
  getHeapSpaceStatistics().every(({ space_name: name, space_size: octets }) => name !== 'new_space' || octets <= YOUNG_OCTETS_MAX);

/**
 * V8 keeps what it took in a busy hour, above all the young generation, until it collects everything, for which an idle
 * process gives it no occasion. So that is done once work is over. What collects is shown to those who ask by a flag.
 */
export const collectWhenIdle = (everyMs = LOOK_EVERY_MS): { stop(): void } => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let collectionsLeft = COLLECTIONS_MAX;
  let before = cpuUsage();
  const look = (): void => {
    const { user, system } = cpuUsage(before);
    if (user + system >= IDLE_MICROSECONDS) collectionsLeft = COLLECTIONS_MAX;
    else if (collectionsLeft > 0) {
      collect();
      systemCalls()?.trimMemory();
      collectionsLeft = isYoungSmall() ? 0 : collectionsLeft - 1;
    }
    before = cpuUsage();
  };
  const timer = setInterval(look, everyMs).unref();
  return { stop: () => clearInterval(timer) };
};
