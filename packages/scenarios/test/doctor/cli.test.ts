import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answer, back, ethernet, ipv4, pcap, query, udp } from '../capture/build.ts';
import { kubeProxyFolder } from '../preflight/node.ts';
import { lessonFolder } from '../support/lesson.ts';
import { program } from '../support/program.ts';
import { LESSON } from './nodes.ts';
import type { Contents } from './nodes.ts';

const { folder, scenarios } = program();

const write = (name: string, contents: Contents): string => {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(contents)) writeFileSync(join(folder, name, file), text);
  return join(folder, name);
};

const doctor = (...words: readonly string[]): ReturnType<typeof scenarios> => scenarios('doctor', ...words);

describe('scenarios doctor', () => {
  it('says in its first line and by its exit code that a node is sound', async () => {
    const { code, stdout, stderr } = await doctor('--node', lessonFolder, '--upstream', '10.96.248.93');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^sound: pods and processes of the node are answered by nodelocaldns at 169\.254\.20\.10 and 10\.96\.0\.10, and nothing of it is tracked\n\nA pod /);
  });

  it('and what is to be mended, with the commands', async () => {
    const rules = (LESSON['iptables-save.txt'] ?? '').replace(/^-A PREROUTING -d 10\.96\.0\.10\/32 -p udp .*NOTRACK\n/m, '');
    const { code, stdout } = await doctor('--node', write('broken', { ...LESSON, 'iptables-save.txt': rules }));
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'to mend: 1 fault; the first: 1 of 16 NOTRACK rules are missing: raw PREROUTING, to 10.96.0.10:53 (udp)',
      '',
      '1. 1 of 16 NOTRACK rules are missing: raw PREROUTING, to 10.96.0.10:53 (udp)',
      '   the cache is passed by; to mend it:',
      '     # iptables -w -t raw -I PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK',
    ]);
  });

  it('and that a node has no cache at all', async () => {
    const { code, stdout } = await doctor('--node', kubeProxyFolder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^to mend: 1 fault; the first: there is no nodelocaldns, and no rule of a cache/);
  });

  it('and what is not known', async () => {
    const { 'ip-addr.json': _, ...contents } = LESSON;
    const { code, stdout } = await doctor('--node', write('unknown', contents));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^not known: whether the link and its addresses are there \(ip -j addr prints them, for ip-addr\.json\)\n/);
  });

  it('explains a capture beside the model, and says by its exit code that somebody waited', async () => {
    const ends = { src: '192.168.82.65', dst: '10.96.0.10', sport: 40_000, dport: 53 };
    const asked = { atMs: 0, octets: ethernet(ipv4(ends, 17, udp(ends, query(7)))) };
    const told = { atMs: 1, octets: ethernet(ipv4(back(ends), 17, udp(back(ends), answer(7)))) };
    writeFileSync(join(folder, 'sound.pcap'), pcap(1, [asked, told]));
    writeFileSync(join(folder, 'late.pcap'), pcap(1, [asked, { ...told, atMs: 2500 }]));
    const sound = await doctor('--node', lessonFolder, '--upstream', '10.96.248.93', '--pcap', 'sound.pcap');
    expect(sound.code).toBe(0);
    expect(sound.stdout).toContain('the capture has 2 packets of DNS: every question is answered, by whom it was asked of');
    expect(sound.stdout).toMatch(/the model, in by cali5f3c9a1e0d2 \(by the route to its sender\): not tracked by rule .* \(the cache's\).*, delivered to nodelocaldns/);
    const late = await doctor('--node', lessonFolder, '--upstream', '10.96.248.93', '--pcap', 'late.pcap', '--pcap-device', 'cali5f3c9a1e0d2', '--json');
    expect(late.code).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ kind: 'sound', capture: { isSound: false, oddities: [{ kind: 'late', afterMs: 2500 }] } });
  });

  it.each([
    ['no capture', ['--pcap', 'text'], /text: at octet 0: neither pcap nor pcapng \(capture with tcpdump -w FILE\)/],
    ['no file', ['--pcap', 'nowhere'], /nowhere/],
    ['a device without a capture', ['--pcap-device', 'eth0'], /--pcap FILE/],
  ])('ends with 2 and says why: %s', async (_what, words, why) => {
    writeFileSync(join(folder, 'text'), 'some text');
    const { code, stdout, stderr } = await doctor('--node', lessonFolder, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(why);
  });

  it('prints the report as data, with the version of its form', async () => {
    const { code, stdout } = await doctor('--node', lessonFolder, '--addresses', '169.254.20.10,10.96.0.10,169.254.20.11', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'to-mend',
      schema: 1,
      node: lessonFolder,
      device: 'nodelocaldns',
      pods: [{ device: 'cali5f3c9a1e0d2', address: '192.168.82.65' }],
      faults: [
        { kind: 'address-missing', addresses: ['169.254.20.11'], harm: 'unanswered', mend: [{ where: 'node', text: 'ip addr add 169.254.20.11/32 dev nodelocaldns' }] },
        { kind: 'rules-missing', table: 'raw', of: 24 },
      ],
    });
  });

  it.each([
    ['no node', [], 'name a node: --node DIR for a folder, or --live for this machine'],
    ['two nodes', ['--node', lessonFolder, '--live'], '--node is a folder and --live this machine: leave out one of them'],
    ['no such node', ['--node', 'none'], 'there is no such folder'],
    ['a file for a node', ['--node', fileURLToPath(import.meta.url)], 'this is a file (name the folder that it is in)'],
    ['no such capture', ['--node', lessonFolder, '--pcap', 'none.pcap'], 'none.pcap:1:1: there is no such file'],
    ['a folder for a capture', ['--node', lessonFolder, '--pcap', lessonFolder], 'this is a folder; name a file in it'],
    ['half an address', ['--node', lessonFolder, '--addresses', '10.96.0'], 'not an IP address: 10.96.0; see'],
    ['a device that is not there', ['--node', lessonFolder, '--pod', 'eth9:10.0.0.1'], 'the node has no device eth9'],
    ['half a pod', ['--node', lessonFolder, '--pod', 'eth0'], 'write DEVICE:ADDRESS; see'],
    ['no port', ['--node', lessonFolder, '--dns-port', '0'], 'a port is a number from 1 to 65535; see'],
  ] as const)('with %s is used wrongly', async (_what, words, message) => {
    const { code, stdout, stderr } = await doctor(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
