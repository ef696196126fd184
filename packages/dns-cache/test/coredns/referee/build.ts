import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CoreDnsRelease } from '../../../src/referee/differences.ts';

const SOURCE = fileURLToPath(new URL('./coredns/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/coredns-referee/', import.meta.url));

export type Built = { readonly kind: 'built'; readonly binary: string } | { readonly kind: 'missing'; readonly reason: string };

/** A CoreDNS with the directives that are known here, built once from its Go module, which takes a minute. */
export const buildCoreDns = (release: CoreDnsRelease, say: (line: string) => void): Built => {
  const folder = join(CACHE, release);
  const binary = join(folder, 'coredns');
  if (existsSync(binary)) return { kind: 'built', binary };
  if (spawnSync('go', ['version']).status !== 0) return { kind: 'missing', reason: 'there is no Go here to build CoreDNS' };
  say(`building CoreDNS ${release}, once, which takes a minute`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(SOURCE, 'main.go'), join(folder, 'main.go'));
  for (const name of ['go.mod', 'go.sum']) copyFileSync(join(SOURCE, release, name), join(folder, name));
  const { status, stderr } = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', 'coredns.new', '.'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) return { kind: 'missing', reason: `CoreDNS ${release} cannot be built: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  // A build that was cut off leaves nothing that would be taken for the program.
  renameSync(join(folder, 'coredns.new'), binary);
  return { kind: 'built', binary };
};
