import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Instruction, JSONInstruction } from 'dockerfile-ast';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { deployFolder } from './render.ts';

const instructions = DockerfileParser.parse(readFileSync(join(deployFolder, 'Containerfile'), 'utf8')).getInstructions();

const named = (keyword: string): Instruction => {
  const [found, another] = instructions.filter((one) => one.getKeyword() === keyword);
  if (found === undefined || another !== undefined) throw new RangeError(`there is not one ${keyword}`);
  return found;
};

/** Of an instruction in the form that no shell reads. */
const wordsOf = (keyword: string): readonly string[] => (named(keyword) as JSONInstruction).getJSONStrings().map((word) => word.getJSONValue());

const KEYWORDS = new Set(['ARG', 'FROM', 'RUN', 'COPY', 'ENV', 'EXPOSE', 'ENTRYPOINT']);

describe('the Containerfile', () => {
  it('consists of known instructions', () => {
    expect(instructions.map((one) => one.getKeyword()).filter((keyword) => !KEYWORDS.has(keyword))).toEqual([]);
  });

  it('takes another base by an argument', () => {
    expect(instructions.slice(0, 2).map((one) => one.toString())).toEqual(['ARG BASE=docker.io/library/node:24-slim', 'FROM ${BASE}']);
  });

  it("begins the node command, so that the container's arguments are node-cache's", () => {
    const [program, main = '', command, ...rest] = wordsOf('ENTRYPOINT');
    expect([program, command, rest]).toEqual(['node', 'node', []]);
    const inPackage = /^\/opt\/nodelocal\/node_modules\/@nodelocal\/dns-cache\/(dist\/cli\/main\.js)$/.exec(main)?.[1] ?? '';
    expect(statSync(fileURLToPath(new URL(`../../${inPackage}`, import.meta.url))).isFile()).toBe(true);
  });

  it('asks no registry of npm', () => {
    const runs = instructions.filter((one) => one.getKeyword() === 'RUN').map((one) => one.getArgumentsContent() ?? '');
    expect(runs.filter((text) => /\b(?:npm|npx|pnpm|yarn|curl|wget)\b/.test(text))).toEqual([]);
    expect(runs.join('\n')).toContain('iproute2 iptables nftables');
  });
});
