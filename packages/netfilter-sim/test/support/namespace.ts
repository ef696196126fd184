import { spawnSync } from 'node:child_process';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell script in a network namespace of its own, which ends with it. */
export const inNamespace = (script: string, input = ''): Ran => {
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
};

/** Whether this machine lets a test run the script: it needs root, the tool, and the kernel's module. */
export const canRun = (script: string): boolean => inNamespace(script).code === 0;
