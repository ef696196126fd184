import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** No program ends in a stack trace: not where nobody reads it, not where it cannot write, not for a bad path. */

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const lesson = fileURLToPath(new URL('../../../scenarios/nodes/lesson', import.meta.url));
const QUERY = 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53';

type Ended = readonly [code: number | null, complaint: string];

/** @param out where standard output goes; 'nobody' reads it */
const end = async (words: readonly string[], out: 'nobody' | number): Promise<Ended> => {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', out === 'nobody' ? 'pipe' : out, 'pipe'] });
  child.stdout?.destroy();
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, complaint];
};

const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['trace', ['trace', '--node', lesson, QUERY]],
  ['check', ['check', `${lesson}/iptables-save.txt`]],
  ['help', ['--help']],
];

describe('a closed pipe', () => {
  it.each(COMMANDS)('ends %s quietly', async (_what, words) => {
    expect(await end(words, 'nobody')).toEqual([0, '']);
  });
});

describe('a full disk', () => {
  it.each(COMMANDS)('is said by %s', async (_what, words) => {
    const full = openSync('/dev/full', 'w');
    const ended = await end(words, full);
    closeSync(full);
    expect(ended).toEqual([2, 'netfilter-sim: cannot write: no space left on the device\n']);
  });
});

describe('a bad path', () => {
  it.each([
    ['check', ['check', '/none/rules']],
    ['check of a folder', ['check', '/']],
    ['trace', ['trace', '--node', '/none', QUERY]],
    ['trace with a file for a folder', ['trace', '--node', '/dev/null', QUERY]],
    ['replay', ['replay', '/none/cases.jsonl']],
  ])('is one line of %s', async (_what, words) => {
    const [code, complaint] = await end(words, 'nobody');
    expect([code, complaint.trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(/^netfilter-sim: /)]]);
  });
});

describe('too few descriptors', () => {
  it.each([64, 40, 20])('are told in one line: %i', (count) => {
    const words = ['-c', `ulimit -n ${count}; exec "$0" "$@"`, process.execPath, MAIN, '--help'];
    const { status, stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', [expect.stringMatching(/^netfilter-sim: .*ulimit -n/)]]);
  });
});
