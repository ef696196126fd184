import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import type { Run } from '../../../src/node/command.ts';
import { readTextFile } from '../../../src/node/system/read-text.ts';
import { runCommand } from '../../../src/node/system/run.ts';
import type { ReadText } from '../../../src/node/read-text.ts';

/** Network and mounts of its own, with a `/run` of its own for the lock of xtables. It lasts as long as its first process. */
const HOLDER = ['unshare', '--net', '--mount', 'sh', '-c', 'mount -t tmpfs none /run && ip link set lo up && echo ready && exec sleep 600'] as const;

const TOOLS = ['iptables-nft-restore', 'iptables-legacy-restore', 'ip6tables-nft-restore', 'ip6tables-legacy-restore', 'nft'];

/** Why this machine cannot play a node; `undefined`: it can. */
export const whyNoNode = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  const lacks = TOOLS.find((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (lacks !== undefined) return `needs ${lacks}`;
  const [program, ...words] = HOLDER;
  const tried = spawnSync(program, [...words.slice(0, -1), 'mount -t tmpfs none /run && iptables-legacy -t raw -S && ip link add x type bridge'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : tried.stderr.split('\n')[0];
})();

/** What the title of tests that are skipped ends with. */
export const note = whyNoNode === undefined ? '' : ` (skipped: ${whyNoNode})`;

export interface NodeNamespace {
  /** In the namespace, by the shell around the real system. */
  readonly run: Run;
  readonly readText: ReadText;
  /** Of the namespace's first process. */
  readonly pid: number;
  /** Runs a script, and gives what it printed. @throws Error where it fails */
  shell(script: string): string;
  /** Starts a script that goes on, until the end at most. */
  background(script: string): ChildProcess;
  end(): void;
}

export const newNamespace = async (): Promise<NodeNamespace> => {
  const [program, ...words] = HOLDER;
  const holder = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid } = holder;
  if (pid === undefined) throw new Error('no namespace');
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const children: ChildProcess[] = [];
  const inside = ['nsenter', '-t', String(pid), '--net', '--mount', '--'] as const;
  return {
    pid,
    run: ({ argv, ...rest }) => runCommand({ argv: [...inside, ...argv], ...rest }),
    readText: (path) => readTextFile(path.replace('/proc/', `/proc/${pid}/`)),
    shell(script) {
      const [enter, ...rest] = inside;
      const { status, stdout, stderr } = spawnSync(enter, [...rest, 'sh', '-ec', script], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${script}: ${stderr}`);
      return stdout;
    },
    background(script) {
      const [enter, ...rest] = inside;
      const child = spawn(enter, [...rest, 'sh', '-ec', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      return child;
    },
    end() {
      for (const child of [...children, holder]) child.kill('SIGKILL');
    },
  };
};
