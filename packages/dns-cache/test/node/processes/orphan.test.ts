import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { buildProgram, PROGRAM } from '../../support/program.ts';

beforeAll(buildProgram, 60_000);

it.each([
  ['before it has read its program', 0],
  ['while it waits for its first word', 1500],
])('a server whose supervisor is gone %s ends', async (_, afterMs) => {
  const child = spawn(process.execPath, [PROGRAM, 'node-server'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ended = once(child, 'exit');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.disconnect();
  expect((await ended)[0]).toBe(0);
});
