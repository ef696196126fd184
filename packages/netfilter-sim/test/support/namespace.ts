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

/** Why this machine does not let a test run the script, in the words of what failed there; `undefined`: it does. */
export const whyNot = (script: string): string | undefined => {
  const { code, stderr } = inNamespace(script);
  if (code === 0) return undefined;
  return stderr.split('\n')[0]?.replaceAll(/[()]/g, '') || `it ended with ${code ?? 'a signal'}`;
};

/** What the title of tests that are skipped ends with. */
export const skipped = (why: string | undefined): string => (why === undefined ? '' : ` (skipped: ${why})`);
