import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { readImport } from '../../../src/cli/imports.ts';
import { PROGRAM } from '../../support/program.ts';
import { seeded } from '../../support/world.ts';
import type { Places } from '../mask.ts';
import { filled, masked } from '../mask.ts';
import type { GeneratedFile } from './generate/odd-file.ts';
import { ODD_ENVIRONMENT } from './generate/odd-words.ts';

/** On a machine that has much else to do: one that refuses ends at once. */
const START_MS = 60_000;
/** A network of its own: nobody else has its ports, and nobody is disturbed whatever it binds. */
const ALONE = ['--net', 'sh', '-c', 'ip link set lo up && exec env -i "$@"', 'sh', ...Object.entries(ODD_ENVIRONMENT).map(([name, value]) => `${name}=${value}`)] as const;
const INTERFACES = { lo: ['127.0.0.1', '::1'] } as const;

/** Whether a server begins to serve with a Corefile; if not, what it says. */
export type Begins = { readonly kind: 'starts' } | { readonly kind: 'refuses'; readonly says: readonly string[] };

/** Why there can be no such network here. */
export const whyNotAlone = (): string | undefined => {
  const { status, stderr, error } = spawnSync('unshare', [...ALONE, 'true'], { encoding: 'utf8' });
  return status === 0 ? undefined : `there is no network of its own to be had: ${error?.message ?? stderr.trim()}`;
};

const beginsAs = async (command: readonly string[], places: Places): Promise<Begins> => {
  const child = spawn('unshare', [...ALONE, ...command], { cwd: places.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const says: string[] = [];
  createInterface(child.stderr).on('line', (line) => says.push(masked(line, places)));
  return await new Promise((resolve) => {
    const timer = setTimeout(() => {
      says.push(`neither began nor ended within ${START_MS} ms`);
      child.kill('SIGKILL');
    }, START_MS);
    let begins: Begins | undefined;
    createInterface(child.stdout).on('line', (line) => {
      says.push(masked(line, places));
      // The banner comes when all of it listens.
      if (!line.startsWith('linux/')) return;
      begins = { kind: 'starts' };
      child.kill('SIGKILL');
    });
    child.once('close', () => {
      clearTimeout(timer);
      resolve(begins ?? { kind: 'refuses', says });
    });
  });
};

/** What ours makes of it, without sockets. */
const readHere = (path: string, places: Places): Begins => {
  try {
    const corefile = parseCorefile(readFileSync(path, 'utf8'), { file: path, environment: ODD_ENVIRONMENT, readImport, interfaces: INTERFACES, hostname: 'referee', software: 'referee', processors: 2 });
    createNameServer({ corefile, port: 53, random: seeded(1), readFile: (name) => readFileSync(name, 'utf8'), unixMs: () => 0 });
    return { kind: 'starts' };
  } catch (error) {
    if (error instanceof CorefileError) return { kind: 'refuses', says: [masked(error.message, places)] };
    throw error;
  }
};

export interface Begun {
  readonly theirs: Begins;
  readonly ours: Begins;
}

/** Has both begin with it; ours without sockets, and as a program too where that is wanted, or the two differ. */
export const beginWith = async ({ corefile, files }: GeneratedFile, binary: string, asProgram: boolean): Promise<Begun> => {
  const folder = mkdtempSync(join(tmpdir(), 'odd-'));
  const places: Places = { port: 1053, metrics: '127.0.0.1:9153', folder, upstreams: { up1: 5301, up2: 5302 } };
  try {
    for (const [name, text] of Object.entries({ ...files, Corefile: corefile })) writeFileSync(join(folder, name), filled(text, places));
    const path = join(folder, 'Corefile');
    const theirs = await beginsAs([binary, '-conf', path], places);
    const ours = readHere(path, places);
    return { theirs, ours: asProgram || ours.kind !== theirs.kind ? await beginsAs([process.execPath, PROGRAM, 'serve', '-conf', path], places) : ours };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
