import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it } from 'vitest';
import type { ServerBeginning } from '../../../src/node/processes/protocol.ts';
import { BEGINNING_VARIABLE } from '../../../src/node/processes/protocol.ts';
import { PROGRAM } from '../../support/program.ts';
import { scratch } from '../../support/scratch.ts';

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

const files = scratch();

it('a server knows what it is to take away, however early its supervisor is killed', async () => {
  const beginning: ServerBeginning = {
    conf: files.path('Corefile'),
    // Nobody has these, and the link is nobody's: nothing is found here that could be taken away.
    localAddresses: ['192.0.2.54'],
    port: process.pid,
    quiet: false,
    stateDirectory: files.path(),
    sockets: [],
    journal: -1,
    logFormat: 'text',
    network: {
      addresses: ['192.0.2.54'],
      dnsPort: process.pid,
      healthPort: 8080,
      interfaceName: 'nobodys',
      interfaceType: 'dummy',
      setupInterface: true,
      setupRules: false,
      backend: { kind: 'nftables', program: 'nft', lifetimeSeconds: 3 },
      otherBackends: [],
    },
  };
  const child = spawn(process.execPath, [PROGRAM, 'node-server'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, [BEGINNING_VARIABLE]: JSON.stringify(beginning) },
  });
  const lines: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const ended = once(child, 'exit');
  child.disconnect();
  expect((await ended)[0]).toBe(0);
  await expect.poll(() => lines).toEqual(['[WARNING] The supervisor is gone', '[INFO] Tearing down']);
});
