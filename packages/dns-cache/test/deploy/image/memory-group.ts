import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const NAME = `dns-cache-test-${process.pid}`;

/** Where groups of processes with a limit are made, and what the kernel calls it there: its version 2, or 1. */
const VERSIONS = [
  { parent: '/sys/fs/cgroup', needs: 'memory.max', limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' },
  { parent: '/sys/fs/cgroup/memory', needs: 'memory.limit_in_bytes', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', events: 'memory.oom_control' },
] as const;

/** Processes that the kernel ends where together they take more than a limit, as a node does with a container. */
export interface MemoryGroup {
  /** A process writes itself in there. */
  readonly members: string;
  /** The most octets that they had at once. */
  readonly peak: number;
  /** How many of them were ended so. */
  readonly ended: number;
  end(): void;
}

/** `undefined` where this machine has no groups of its own to give, as in most containers. */
export const newMemoryGroup = (octets: number): MemoryGroup | undefined => {
  for (const { parent, needs, limit, peak, events } of VERSIONS) {
    if (!existsSync(parent)) continue;
    const group = join(parent, NAME);
    try {
      mkdirSync(group);
    } catch (error) {
      // Read-only, or another's: so this machine has none to give.
      if (error instanceof Error && 'code' in error && ['EROFS', 'EACCES', 'EPERM'].includes(String(error.code))) continue;
      throw error;
    }
    const end = (): void => rmdirSync(group);
    if (!existsSync(join(group, needs))) {
      end();
      continue;
    }
    writeFileSync(join(group, limit), String(octets));
    return {
      members: join(group, 'cgroup.procs'),
      get peak() {
        return Number(readFileSync(join(group, peak), 'utf8'));
      },
      get ended() {
        return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(group, events), 'utf8'))?.[1]);
      },
      end,
    };
  }
  return undefined;
};

/** Why a container cannot be held to its memory here; `undefined`: it can. */
export const whyNoMemoryGroup = ((): string | undefined => {
  const group = newMemoryGroup(1 << 30);
  group?.end();
  return group === undefined ? 'needs a cgroup of its own with a limit on memory' : undefined;
})();
