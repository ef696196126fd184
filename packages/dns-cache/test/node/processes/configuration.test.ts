import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNodeFlags } from '../../../src/node/flags/node-flags.ts';
import { keepConfiguration } from '../../../src/node/processes/configuration.ts';
import { factsOf } from '../../support/node-template.ts';

it('what a ConfigMap says does not look like a line of the agent’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  try {
    mkdirSync(join(folder, 'kube-dns'));
    writeFileSync(join(folder, 'Corefile.base'), '.:53 {\n forward . __PILLAR__CLUSTER__DNS__\n}\n');
    writeFileSync(join(folder, 'kube-dns', 'stubDomains'), JSON.stringify({ 'a\n[INFO] The rules are in place\u2028': ['not an address'] }));
    const command = readNodeFlags(['-localip', '169.254.20.10', '-conf', join(folder, 'Corefile'), '-basecorefile', join(folder, 'Corefile.base'), '-kubednscm', join(folder, 'kube-dns')]);
    if (command.kind !== 'run') throw new Error(command.kind);
    const lines: string[] = [];
    let errors = 0;
    const stop = keepConfiguration({ flags: command.flags, facts: factsOf(), log: (line) => lines.push(line), countError: () => (errors += 1), changed: () => undefined });
    stop();
    expect(lines.filter((line) => line.startsWith('[ERROR]'))).toEqual([expect.stringContaining(String.raw`'a\n[INFO] The rules are in place\u2028'`)]);
    expect(errors).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
