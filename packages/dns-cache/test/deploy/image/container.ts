import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveNode, Process } from '../../node/live/node.ts';
import { until } from '../../node/live/node.ts';
import type { BundleOptions } from './bundle.ts';
import { hostPathsOf, writeBundle } from './bundle.ts';
import type { MemoryGroup } from './memory-group.ts';

/** A container on a node, begun by an OCI runtime as a kubelet would have it. */
export interface Container extends Process {
  /** To its first process. */
  signal(name: string): void;
  /** Of its processes, the first one first; as the node numbers them. */
  readonly pids: readonly number[];
}

const OF_TYPE: Readonly<Record<string, string>> = { DirectoryOrCreate: 'mkdir -p', FileOrCreate: 'touch' };

let number = 0;

export const startContainer = async (node: LiveNode, options: BundleOptions, group?: MemoryGroup): Promise<Container> => {
  const folder = mkdtempSync(join(node.folder, 'bundle-'));
  number += 1;
  const id = `dns-cache-${number}`;
  writeBundle(folder, options);
  for (const [path, type] of hostPathsOf(options.overlay)) node.shell(`${OF_TYPE[type] ?? 'test -e'} ${path}`);
  const runtime = 'crun --root /run/crun --cgroup-manager disabled';
  const entering = group === undefined ? '' : `echo $$ > ${group.members}; `;
  // crun refuses two versions of groups side by side, even where it has nothing to do with them.
  node.shell('umount /sys/fs/cgroup/unified 2>/dev/null || true');
  const running = node.start(['sh', '-ec', `${entering}exec ${runtime} run --bundle ${folder} ${id}`]);
  const state = (): { readonly pid?: number; readonly status?: string } => JSON.parse(node.shell(`${runtime} state ${id} 2>/dev/null || echo '{}'`)) as object;
  await until(() => state().status === 'running' || running.child.exitCode !== null, () => running.lines.join('\n'));
  const pid = state().pid ?? 0;
  return {
    ...running,
    signal: (name) => void node.shell(`${runtime} kill ${id} ${name}`),
    get pids() {
      return [pid, ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)];
    },
  };
};
