import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Packed } from './packages.ts';
import { programNamed } from './packages.ts';

/*
 * What a document tells a stranger to do: the commands and files of one of its sections, done one after the other in empty folders.
 */

type Step =
  | { readonly kind: 'run'; readonly script: string }
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  /** What the command before prints; `…` stands for whatever else. */
  | { readonly kind: 'printed'; readonly text: string };

const FENCED = /^```(\w+)(?: title="(.*)")?\n([^]*?)^```$/gm;

/** The steps of a section; each `npm init` begins a path of its own. */
export const pathsOf = (document: string, heading: string): readonly (readonly Step[])[] => {
  const section = new RegExp(`^## ${heading}\\n([^]*?)(?=^## )`, 'm').exec(document)?.[1] ?? '';
  const paths: Step[][] = [];
  for (const [, language, title, text = ''] of section.matchAll(FENCED)) {
    if (text.startsWith('npm init')) paths.push([]);
    if (title !== undefined) paths.at(-1)?.push({ kind: 'write', file: title, text });
    else paths.at(-1)?.push(language === 'text' ? { kind: 'printed', text } : { kind: 'run', script: text });
  }
  return paths;
};

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** All that a script has started, but for what has ended. */
const endGroup = (leader: number | undefined): void => {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

const run = (folder: string, script: string, bin: string): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1', NODE_OPTIONS: '', NODE_PATH: '', npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    // `-e`: a stranger stops where a command fails. What he has left running then goes with his terminal.
    const child = spawn('bash', ['-e', '-c', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('exit', () => endGroup(child.pid));
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });

/** npm, which gets the packages that are not published yet from their tarballs; for each path its own, since paths are walked at once. */
const npmWith = ({ folder, tarballs }: Packed, path: string): string => {
  const bin = join(folder, `bin-${path}`);
  mkdirSync(bin);
  const cases = Object.entries(tarballs).map(([name, file]) => `@nodelocal/${name}) words+=('${file}') ;;`);
  writeFileSync(
    join(bin, 'npm'),
    ['#!/bin/bash', 'words=()', 'for word; do case $word in', ...cases, '*) words+=("$word") ;;', 'esac; done', `exec '${programNamed('npm') ?? 'npm'}' "\${words[@]}"`, ''].join('\n'),
    { mode: 0o755 },
  );
  return bin;
};

const patternOf = (text: string): RegExp =>
  new RegExp(
    text
      .trimEnd()
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('[^]*'),
  );

/** What came of a path: the exit code of each of its scripts, and what was to be printed and was not. */
export interface Walked {
  readonly codes: readonly number[];
  readonly missing: readonly string[];
  readonly output: string;
}

/**
 * @param elsewhere makes of a script one that runs on the machine that the document speaks of
 */
export const walk = async (packed: Packed, name: string, path: readonly Step[], elsewhere: (script: string) => string = (script) => script): Promise<Walked> => {
  const folder = join(packed.folder, `path-${name}`);
  mkdirSync(folder);
  const bin = npmWith(packed, name);
  const codes: number[] = [];
  const missing: string[] = [];
  let outputs = '';
  let last = '';
  for (const step of path) {
    switch (step.kind) {
      case 'write':
        writeFileSync(join(folder, step.file), step.text);
        break;
      case 'run': {
        const { code, output } = await run(folder, elsewhere(step.script), bin);
        codes.push(code);
        last = output;
        outputs += `$ ${step.script}${output}`;
        break;
      }
      case 'printed':
        if (!patternOf(step.text).test(last)) missing.push(step.text);
    }
  }
  return { codes, missing, output: outputs };
};
