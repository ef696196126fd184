import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../support/lab.ts';
import { netfilterSim } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'netfilter-sim-said-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(join(folder, 'iptables-save.txt'), rules({ filter: ['-A INPUT -p udp -m udp --dport 53 -j DROP'] }));
writeFileSync(join(folder, 'ip-addr.txt'), '1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n    inet6 ::1/128 scope host\n2: eth0: <UP> mtu 1500\n    inet 192.0.2.10/24 scope global eth0\n    inet6 fd00::1/64 scope global\n');
writeFileSync(join(folder, 'ip-route.txt'), 'default via 192.0.2.1 dev eth0\n');

const PACKET = 'eth0: udp 192.0.2.20:1 > 192.0.2.10:53';
const NOTE = 'the local table is missing for IPv4';

describe('what is missing', () => {
  it('stands in front of an answer for a person', async () => {
    for (const words of [['trace'], ['trace', '--explore']]) {
      const { stdout, stderr } = await netfilterSim(...words, '--node', folder, PACKET);
      expect(stdout).toMatch(new RegExp(`^note: .*${NOTE}`));
      expect(stderr).toBe('');
    }
    const save = join(folder, 'iptables-save.txt');
    expect((await netfilterSim('compare', '--node', folder, save, save, PACKET)).stdout.match(new RegExp(NOTE, 'g'))).toHaveLength(1);
  });

  it('is kept out of an answer for a machine', async () => {
    const kernel = await netfilterSim('trace', '--node', folder, '--format', 'kernel', PACKET);
    expect(kernel.stdout).toMatch(/^TRACE: /);
    expect(kernel.stderr).toContain(NOTE);
    const json = await netfilterSim('trace', '--node', folder, '--format', 'json', PACKET);
    expect(JSON.parse(json.stdout)).toMatchObject({ journeys: [{ outcome: { kind: 'dropped' } }] });
    const route = await netfilterSim('route', '--node', folder, 'get', '192.0.2.10');
    expect(route).toMatchObject({ code: 0, stdout: 'local 192.0.2.10 dev lo src 192.0.2.10 uid 0 \n    cache <local> \n' });
    expect(route.stderr).toContain(NOTE);
  });

  it('is said for the family that was asked about', async () => {
    const { stdout } = await netfilterSim('trace', '--node', folder, 'eth0: udp [fd00::2]:1 > [fd00::1]:53');
    expect(stdout).toMatch(/^note: .*ip-route\.txt: there are no IPv6 routes/);
    expect(stdout).not.toContain(NOTE);
  });

  it('leaves rules of nftables out of the place of others', async () => {
    writeFileSync(join(folder, '.rules.nft'), 'table ip t {\n}\n');
    const { code, stderr } = await netfilterSim('trace', '--node', folder, '--rules', join(folder, '.rules.nft'), PACKET);
    expect(code).toBe(2);
    expect(stderr).toContain('rules of nftables cannot take the place of those of iptables');
  });
});
