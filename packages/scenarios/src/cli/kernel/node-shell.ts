import { spawn } from 'node:child_process';

/** A shell in a network namespace of its own, which is gone with it. */
export interface NodeShell {
  /** What the commands printed, on both outputs. Scripts run one after the other. @throws Error where one fails */
  run(script: string): Promise<string>;
  /** Ends it, and whoever it holds. */
  end(): Promise<void>;
}

const ENVIRONMENT = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };

export const nodeShell = (): NodeShell => {
  const shell = spawn('unshare', ['--net', 'bash'], { stdio: ['pipe', 'pipe', 'ignore'], env: ENVIRONMENT });
  shell.stdout.setEncoding('utf8');
  const ended = new Promise<void>((resolve) => {
    shell.on('close', () => resolve());
  });
  let printed = '';
  let waiting: { readonly script: string; readonly resolve: (text: string) => void; readonly reject: (error: Error) => void } | undefined;
  shell.stdout.on('data', (text: string) => {
    printed += text;
    const [, before = '', code = ''] = /^([^]*)\n__end (\d+)\n$/.exec(printed) ?? [];
    if (code === '' || waiting === undefined) return;
    const { script, resolve, reject } = waiting;
    waiting = undefined;
    printed = '';
    if (code === '0') resolve(before);
    else reject(new Error(`${before.trim() || `ended with ${code}`}: ${script.split('\n').at(-1)}`));
  });
  void ended.then(() => waiting?.reject(new Error(printed.trim() || 'the shell ended')));

  let last: Promise<unknown> = Promise.resolve();
  const runNow = (script: string): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting = { script, resolve, reject };
      shell.stdin.write(`{\n${script}\n} < /dev/null 2>&1\nprintf '\\n__end %s\\n' $?\n`);
    });
  return {
    run(script) {
      const next = last.then(() => runNow(script));
      last = next.catch(() => undefined);
      return next;
    },
    async end() {
      shell.stdin.end();
      await ended;
    },
  };
};
