import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { HERE } from './servers.ts';

export const COREDNS_VERSION = '1.15.0';

const FOLDER = join(HERE, 'node_modules', '.cache', `coredns-${COREDNS_VERSION}`);

const MAIN = `package main

import (
	_ "github.com/coredns/coredns/core/plugin"
	"github.com/coredns/coredns/coremain"
)

func main() { coremain.Run() }
`;

const MODULE = `module bench

go 1.25

require github.com/coredns/coredns v${COREDNS_VERSION}
`;

/** The binary that `COREDNS` names; else one built from its Go module, once, which takes some minutes. `undefined` without Go. */
export const corednsBinary = (): string | undefined => {
  const named = process.env['COREDNS'];
  if (named !== undefined) return named;
  const binary = join(FOLDER, 'coredns');
  if (existsSync(binary)) return binary;
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
  } catch {
    process.stderr.write('CoreDNS is left out: neither COREDNS names a binary, nor is Go here to build one\n');
    return undefined;
  }
  process.stderr.write(`building CoreDNS ${COREDNS_VERSION}, once, which takes some minutes\n`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'main.go'), MAIN);
  writeFileSync(join(FOLDER, 'go.mod'), MODULE);
  execFileSync('go', ['mod', 'tidy'], { cwd: FOLDER, stdio: 'ignore' });
  execFileSync('go', ['build', '-o', 'coredns', '.'], { cwd: FOLDER, stdio: 'ignore' });
  return binary;
};
