import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** No program ends in a stack trace: not where nobody reads it, not where it cannot write, not for a bad path. */

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const end = async (words: readonly string[], out: 'nobody' | number): Promise<readonly [number | null, string]> => {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', out === 'nobody' ? 'pipe' : out, 'pipe'] });
  child.stdout?.destroy();
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, complaint];
};

describe('the program', () => {
  it.each([['list'], ['--help']])('ends quietly where nobody reads what %s prints', async (command) => {
    expect(await end([command], 'nobody')).toEqual([0, '']);
  });

  it('says that it cannot write', async () => {
    const full = openSync('/dev/full', 'w');
    const ended = await end(['list'], full);
    closeSync(full);
    expect(ended).toEqual([2, 'scenarios: cannot write: no space left on the device\n']);
  });

  it.each([
    ['run', ['run', 'intercepted', '--html', '/none/report.html']],
    ['demo', ['demo', '--html', '/']],
    ['compare', ['compare', 'intercepted', '--html', '/none/report.html']],
    ['playground', ['playground', '--html', '/none/playground.html']],
  ])('says in one line of %s what is wrong with a path', async (_what, words) => {
    const [code, complaint] = await end(words, 'nobody');
    expect([code, complaint.trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(/^scenarios: \/.*: (its folder is not there|this is a folder; name a file in it)$/)]]);
  });
});

describe('too few descriptors', () => {
  it.each([64, 40, 20])('are told in one line: %i', (count) => {
    const words = ['-c', `ulimit -n ${count}; exec "$0" "$@"`, process.execPath, MAIN, '--help'];
    const { status, stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', [expect.stringMatching(/^scenarios: .*ulimit -n/)]]);
  });
});
