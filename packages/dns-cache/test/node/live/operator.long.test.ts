import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import { standIn } from './fault-tools.ts';
import { serversOf } from './node.ts';
import { answered, endNode, hasLink, IPV4, nodeOf, rulesOf, startAgent } from './slips.ts';

const { local, cluster } = ADDRESSES.ipv4;

describe.skipIf(whyNoNode !== undefined)(`an operator’s slips${note}`, () => {
  afterEach(endNode);

  it('a template that cannot be read ends the start, and nothing is left', async () => {
    const live = await nodeOf();
    rmSync(join(live.folder, 'Corefile.base'));
    mkdirSync(join(live.folder, 'Corefile.base'));
    const agent = startAgent(live);
    expect(await agent.ended).toBe(2);
    expect(agent.lines.at(-1)).toMatch(/^dns-cache node: Failed to read node-cache coreFile .* - not a file$/);
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
  }, 30_000);

  it('port 53 that another program has ends the start, and nothing is left', async () => {
    const live = await nodeOf();
    const other = live.background('exec node -e "require(\'dgram\').createSocket(\'udp4\').bind(53,()=>console.log(1))"');
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    const agent = startAgent(live);
    expect(await agent.ended).toBe(2);
    expect(agent.lines.at(-1)).toMatch(/^dns-cache node: cannot listen on 169\.254\.20\.10:53 over UDP: /);
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
    answered(live);
  }, 30_000);

  it('a -statedir that cannot be made costs no answer', async () => {
    const live = await nodeOf();
    const agent = startAgent(live, '-statedir', '/proc/no-such');
    await agent.until(/The rules are in place/);
    answered(live);
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(agent.lines).toContainEqual(expect.stringMatching(/^\[WARNING\] Nothing can be written in \/proc\/no-such \(-statedir\): .*; caches are not kept/));
    expect(agent.lines.at(-1)).toBe('[INFO] Ended: its rules and addresses are gone');
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
  }, 30_000);

  it('iptables that hangs is heard of at once, and does not outlive the agent', async () => {
    const live = await nodeOf();
    standIn(live, 'exec sleep 4321');
    for (const name of ['iptables', 'iptables-save', 'iptables-nft', 'iptables-legacy']) writeFileSync(join(live.folder, 'bin', name), '#!/bin/sh\nexec sleep 4321\n', { mode: 0o755 });
    const agent = startAgent(live);
    await agent.until(/Starting node-cache image/);
    await sleep(500);
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    // What was killed may be there for a moment.
    await expect.poll(() => live.shell('ps -eo args').split('\n').filter((line) => line === 'sleep 4321')).toEqual([]);
    expect(hasLink(live)).toBe(false);
  }, 30_000);

  it('an address that others brought and take away again leads no query here', async () => {
    const live = await nodeOf();
    live.shell(`ip link add mine type bridge; ip addr add ${cluster}/32 dev mine; ip addr add ${local}/32 dev mine`);
    const agent = startAgent(live, '-setupinterface=false');
    await agent.until(/The rules are in place/);
    const load = await live.load(cluster, 50);
    await sleep(300);
    live.shell(`ip addr del ${cluster}/32 dev mine`);
    await agent.until(new RegExp(`${cluster} is not on this node`));
    await sleep(500);
    live.shell(`ip addr add ${cluster}/32 dev mine`);
    await agent.until(/The rules are in place/, 2);
    const { lost, refused, outageMs } = await load.stop();
    expect(lost + refused).toBeLessThanOrEqual(50);
    expect(outageMs).toBeLessThanOrEqual(1000);
    expect(rulesOf(live)).toBe(24);
  }, 30_000);

  it.each(['SIGTERM', 'SIGINT'] as const)('%s twice is as once', async (signal) => {
    const live = await nodeOf();
    const agent = startAgent(live);
    await agent.until(/Added back/, 24);
    agent.child.kill(signal);
    await sleep(50);
    agent.child.kill(signal);
    expect(await agent.ended).toBe(0);
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
    expect(live.shell('ps -eo args')).not.toContain(live.folder);
  }, 30_000);

  it('SIGTERM at any moment of the start leaves nothing', async () => {
    const live = await nodeOf();
    for (const ms of [50, 150, 250, 350, 450, 600, 800, 1000]) {
      const agent = startAgent(live);
      await sleep(ms);
      agent.child.kill('SIGTERM');
      expect([0, null]).toContain(await agent.ended);
      expect([ms, rulesOf(live), hasLink(live)]).toEqual([ms, 0, false]);
    }
    answered(live);
  }, 60_000);

  it('a fault of the program’s own ends it in good order', async () => {
    const fault = "if (process.argv[2] === 'node') setTimeout(() => { throw new Error('nobody expected this'); }, 2500);";
    const live = await nodeOf(IPV4, undefined, { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(fault)}` });
    const agent = startAgent(live);
    await agent.until(/The rules are in place/);
    answered(live);
    expect(await agent.ended).toBe(1);
    expect(agent.lines).toContainEqual(expect.stringMatching(/^\[ERROR\] A fault of this program, which ends it: Error: nobody expected this at /));
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
    answered(live);
  }, 30_000);

  it('takes an interface of others, and leaves it', async () => {
    const live = await nodeOf();
    live.shell(`ip link add name own type bridge; ip addr add ${local}/32 dev own; ip addr add ${cluster}/32 dev own; ip link set own up`);
    const agent = startAgent(live, '-setupinterface=false');
    await agent.until(/Added back/, 24);
    answered(live);
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect([rulesOf(live), live.shell('ip -o addr show dev own').includes(cluster)]).toEqual([0, true]);
  }, 30_000);

  it('makes its interface again that is gone while no server can start', async () => {
    const live = await nodeOf();
    const agent = startAgent(live);
    await agent.until(/The rules are in place/);
    const corefile = join(live.folder, 'Corefile');
    const good = readFileSync(corefile, 'utf8');
    writeFileSync(corefile, 'nonsense {\n');
    const killed = setInterval(() => {
      for (const pid of serversOf(live, agent)) process.kill(pid, 'SIGKILL');
    }, 200);
    await agent.until(/Queries go to kube-dns/);
    clearInterval(killed);
    live.shell('ip link del nodelocaldns');
    writeFileSync(corefile, good);
    await expect.poll(() => live.dig('pod', local, 'again.cluster.local'), { timeout: 15_000 }).toBe('192.0.2.1');
    await expect.poll(() => rulesOf(live)).toBe(24);
  });

  it('says which address is missing where nobody made it', async () => {
    const live = await nodeOf();
    const agent = startAgent(live, '-setupinterface=false');
    expect(await agent.ended).toBe(2);
    expect(agent.lines.at(-1)).toMatch(/cannot listen on 169\.254\.20\.10:53 over TCP: no interface has this address/);
    expect(rulesOf(live)).toBe(0);
  }, 30_000);

  it('serves without rules of its own', async () => {
    const live = await nodeOf();
    const agent = startAgent(live, '-setupiptables=false', '-localip', local);
    await agent.until(/^linux\//);
    answered(live, local);
    expect(rulesOf(live)).toBe(0);
    await expect.poll(() => live.shell(`curl -s -m 3 http://${local}:8080/ready || true`)).toContain('OK\nlink: in place\nrules: left to others\n');
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(hasLink(live)).toBe(false);
  }, 30_000);

  it('a Corefile that no longer listens at an address is refused, and the old one goes on', async () => {
    const live = await nodeOf();
    const agent = startAgent(live, '-reloadwithsignal');
    await agent.until(/Added back/, 24);
    answered(live);
    const template = (bind: string): string => `.:53 {\n errors\n bind ${bind}\n forward . __PILLAR__CLUSTER__DNS__\n health ${local}:8080\n reload 2s 1s\n}\n`;
    writeFileSync(join(live.folder, 'Corefile.base'), template(local));
    await agent.until(/Restart failed: no block listens at 10\.96\.0\.10 any more, where queries are led to/);
    answered(live, local);
    answered(live);
    writeFileSync(join(live.folder, 'Corefile.base'), template(`${local} ${cluster}`));
    await agent.until(/Reloading complete/);
    answered(live);
    answered(live, local);
    // After a start nothing is led to where nobody listens.
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    writeFileSync(join(live.folder, 'Corefile.base'), template(local));
    const next = startAgent(live);
    await next.until(/Added back/, 12);
    await next.until(/10\.96\.0\.10 is a local address, but no block/);
    answered(live, local);
    answered(live);
    expect(rulesOf(live)).toBe(12);
    await expect.poll(() => live.shell(`curl -s -m 3 http://${local}:8080/ready || true`)).toMatch(/^OK\n[^]*10\.96\.0\.10: not served, no block listens there\n/);
    // Nor may one that comes later take it by itself.
    writeFileSync(join(live.folder, 'Corefile.base'), template(`${local} ${cluster}`));
    await next.until(/reload failed: .*10\.96\.0\.10/);
    answered(live, local);
    answered(live);
  }, 90_000);

  it('goes on with the old Corefile where the new one is wrong, and with stub domains that come', async () => {
    const live = await nodeOf();
    const agent = startAgent(live, '-reloadwithsignal', '-kubednscm', join(live.folder, 'kube-dns'));
    await agent.until(/Added back/, 24);
    writeFileSync(join(live.folder, 'Corefile.base'), '.:53 {\n nonsense\n}\n');
    await agent.until(/Restart failed/);
    answered(live);
    writeFileSync(join(live.folder, 'Corefile.base'), `.:53 {\n bind ${local} ${cluster}\n forward . __PILLAR__CLUSTER__DNS__\n reload 2s 1s\n}\n`);
    mkdirSync(join(live.folder, 'kube-dns'));
    writeFileSync(join(live.folder, 'kube-dns', 'stubDomains'), JSON.stringify({ 'stub.test': [ADDRESSES.ipv4.kubeDns] }));
    await agent.until(/Reloading complete/);
    await expect.poll(() => live.asked.filter((line) => line.includes('a.stub.test')).length + Number(live.dig('pod', local, 'a.stub.test') === ''), { timeout: 15_000 }).toBeGreaterThan(0);
    answered(live);
  }, 90_000);

  it('serves IPv6 alone', async () => {
    const live = await nodeOf({ families: ['ipv6'], proxy: 'iptables' });
    const agent = startAgent(live);
    await agent.until(/Added back/, 24);
    answered(live, ADDRESSES.ipv6.cluster);
    await expect.poll(() => live.shell(`curl -s -g -m 3 'http://[${ADDRESSES.ipv6.local}]:8080/ready' || true`)).toMatch(/^OK\n/);
    agent.child.kill('SIGINT');
    expect(await agent.ended).toBe(0);
    expect([rulesOf(live), hasLink(live)]).toEqual([0, false]);
  }, 30_000);

  it.each<readonly [string, string]>([['served', ''], ['refused', ' nonsense\n']])('writes one JSON object a line: %s', async (_, wrong) => {
    const live = await nodeOf(IPV4, (template) => template.replace('    errors\n', `    errors\n${wrong}`));
    const agent = startAgent(live, '-log-format', 'json');
    if (wrong === '') await agent.until(/Added back/, 24);
    agent.child.kill(wrong === '' ? 'SIGTERM' : 'SIGCONT');
    await agent.ended;
    for (const line of agent.lines) expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), level: expect.any(String), message: expect.any(String) });
  }, 30_000);
});
