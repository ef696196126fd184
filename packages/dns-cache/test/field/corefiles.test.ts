import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';
import { sharedScratch } from '../support/scratch.ts';
import { hasShared, sharedPath } from '../support/shared.ts';

/** Field cases that are a Corefile alone, and their like. */

const CASES = 'field-cases/dns';
const files = sharedScratch();

const check = (path: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', path], { encoding: 'utf8', cwd: files.path() });
  return { status, stdout, stderr };
};

const checkText = (text: string): ReturnType<typeof check> => {
  files.write('Corefile', text);
  return check('Corefile');
};

describe.skipIf(!hasShared(CASES))(`field cases${hasShared(CASES) ? '' : ' (skipped: they are not here)'}`, () => {
  it.each([
    ['one-line-block', 'template ANY AAAA'],
    ['one-line-block-forward', 'concurrent queries: at most 1000'],
    ['empty-braces', 'template ANY AAAA'],
    ['bind-wildcard-and-address', 'stub.test.:15353 on all addresses (line 1 of '],
    ['cname-regex', 'rewrite'],
    ['ready-port-hint', 'ready 127.0.0.1:15310'],
    ['upstream-emfile', 'lameduck'],
  ])('%s is taken', (name, expected) => {
    const copy = files.path(name);
    cpSync(sharedPath(`${CASES}/${name}`), copy, { recursive: true });
    const { status, stdout, stderr } = check(join(copy, 'Corefile'));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(expected);
    expect(readdirSync(copy)).toContain('Corefile');
  });
});

describe('messages', () => {
  it('name the file of the line that they point to', () => {
    files.write('other', '\n\n.:5353 {\n whoami\n}\n');
    expect(checkText('import other\n.:5353 {\n whoami\n}\n').stderr).toBe(
      `Corefile:2:1: cannot serve dns://.:5353 - it is already defined (see line 3 of other)\n`,
    );
    files.write('lines', ' cache\n');
    expect(checkText('. {\n cache\n import lines\n}\n').stderr).toBe(
      `lines:1:2: 'cache' can only be used once per server block (it is already at line 2 of Corefile)\n`,
    );
  });

  it.each([
    ['. {\n bind __PILLAR__LOCAL__DNS__\n whoami\n}', "put the agent's own address (169.254.20.10) in its place"],
    ['. {\n forward . __PILLAR__CLUSTER__DNS__\n}', 'put the cluster IP of kube-dns-upstream in its place'],
    ['. {\n forward . __PILLAR__UPSTREAM__SERVERS__\n}', 'put /etc/resolv.conf, or the addresses of resolvers, in its place'],
    ['. {\n health __PILLAR__LOCAL__DNS__:8080\n whoami\n bind __PILLAR__LOCAL__DNS__\n}', '__PILLAR__LOCAL__DNS__ is a placeholder'],
  ])('say what belongs in the place of a placeholder: %j', (text, expected) => {
    const { status, stderr } = checkText(text);
    expect([status, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain(expected);
  });

  it('say so of a zone too, which is a name like any other', () => {
    const { status, stdout, stderr } = checkText('__PILLAR__DNS__DOMAIN__:5353 {\n whoami\n}\n');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      "note: __PILLAR__DNS__DOMAIN__ is a placeholder of NodeLocal DNSCache's manifest: put the cluster's domain (cluster.local) in its place\n",
    );
  });

  it.each([
    ['tls://192.0.2.1', 'protocol: TLS'],
    ['192.0.2.1', "protocol: the client's"],
    ['192.0.2.1 tls://192.0.2.2', "protocol: TLS to tls://, to others the client's"],
  ])('say over what %s is asked', (to, expected) => {
    expect(checkText(`. {\n forward . ${to}\n}`).stdout.split('\n').map((line) => line.trim())).toContain(expected);
  });
});
