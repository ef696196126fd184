import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lessonFolder } from '../support/lesson.ts';
import { program } from '../support/program.ts';
import { kubeProxyFolder, plainNode, rulesFile } from './node.ts';

const { folder, scenarios } = program();

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const transaction = rulesFile;
const addresses = '169.254.20.10,10.96.0.10';

const preflight = (...words: readonly string[]): ReturnType<typeof scenarios> => scenarios('preflight', ...words);

describe('scenarios preflight', () => {
  it('says in its first line and by its exit code that it will work', async () => {
    const { code, stdout, stderr } = await preflight('--node', kubeProxyFolder, '--transaction', transaction, '--addresses', addresses);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^will work: pods and processes of the node are answered by nodelocaldns at 169\.254\.20\.10 and 10\.96\.0\.10\n\nA pod /);
  });

  it('and that it will not', async () => {
    for (const [name, text] of Object.entries(plainNode({ 'ss.txt': 'tcp LISTEN 0 128 *:8080 *:*\n' }).contents)) write(name, text);
    const { code, stdout } = await preflight('--node', folder, '--transaction', transaction, '--addresses', addresses);
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toBe('will not work: tcp port 8080 of 169.254.20.10 is taken by a socket that listens on every address');
  });

  it('and that the rules are refused', async () => {
    const broken = write('broken.rules', '*raw\n-A NONE -j NOTRACK\nCOMMIT\n');
    const { code, stdout } = await preflight('--node', kubeProxyFolder, '--transaction', broken, '--addresses', addresses);
    expect(code).toBe(1);
    expect(stdout).toBe(`will not work: the node refuses the new rules: ${broken}:2:1: table raw has no chain "NONE"\n`);
  });

  it('prints the report as data, with the version of its form', async () => {
    const words = ['--node', kubeProxyFolder, '--transaction', transaction, '--addresses', addresses, '--upstream', '10.96.248.93', '--json'];
    const { code, stdout } = await preflight(...words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'will-work',
      schema: 1,
      node: kubeProxyFolder,
      device: 'nodelocaldns',
      addresses: ['169.254.20.10', '10.96.0.10'],
      pods: [{ device: 'cali5f3c9a1e0d2', address: '192.168.82.65' }],
      socketsKnown: true,
    });
  });

  it('asks as the pod that is named', async () => {
    const { stdout } = await preflight('--node', lessonFolder, '--transaction', write('none.rules', ''), '--addresses', addresses, '--pod', 'cali5f3c9a1e0d2:192.168.82.70');
    expect(stdout).toContain('A pod (192.168.82.70 behind cali5f3c9a1e0d2) asks 10.96.0.10:53');
  });

  const well = ['--node', kubeProxyFolder, '--transaction', transaction, '--addresses', addresses];
  it.each([
    ['no node', ['--addresses', addresses], "required option '--node <dir>' not specified"],
    ['no such node', ['--node', 'none', '--transaction', transaction, '--addresses', addresses], 'there is no such folder'],
    ['no rules', ['--node', kubeProxyFolder, '--addresses', addresses], 'nothing would be added: name a file with --transaction or --transaction6'],
    ['no such rules', ['--node', kubeProxyFolder, '--transaction', 'none', '--addresses', addresses], 'there is no such file'],
    ['half an address', [...well, '--upstream', '10.96.0'], 'not an IP address: 10.96.0; see'],
    ['a device that is not there', [...well, '--pod', 'eth9:10.0.0.1'], 'the node has no device eth9'],
    ['half a pod', [...well, '--pod', 'eth0'], 'write DEVICE:ADDRESS; see'],
    ['no port', [...well, '--dns-port', '0'], 'a port is a number from 1 to 65535; see'],
  ])('with %s is used wrongly', async (_what, words, message) => {
    const { code, stdout, stderr } = await preflight(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
