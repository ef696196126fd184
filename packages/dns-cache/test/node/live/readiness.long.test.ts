import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFailed } from 'vitest';
import { EARLY_LOOK_MS } from '../../../src/node/processes/limits.ts';
import { note, whyNoNode } from '../support/namespace.ts';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode } from './node.ts';
import { newNode, serversOf } from './node.ts';

/** What it found is told again for a second. */
const NOTICED = { timeout: 5000 };

let node: LiveNode | undefined;

/** What a kubelet is told, asking as the manifest has it ask, or at another path. */
const probe = (live: LiveNode, path = '/health?ready', at = '169.254.20.10'): { readonly status: string; readonly body: string } => {
  const [, body = '', status = ''] = /^([^]*)\n(\d+)$/.exec(live.shell(`curl -s -m 5 -w '\\n%{http_code}' 'http://${at}:8080${path}' || true`)) ?? [];
  return { status, body: body.replaceAll(/\d+\.\d ms/g, 'N ms').trim() };
};

const readyNow = async (live: LiveNode): Promise<string> => {
  await expect.poll(() => probe(live).status, { timeout: 10_000 }).toBe('200');
  return probe(live).body;
};

describe.skipIf(whyNoNode !== undefined)(`readiness${note}`, () => {
  afterEach(() => {
    node?.end();
    node = undefined;
  });

  it('is true while local addresses are answered by this node, and says by what not', async () => {
    const live = await newNode({ families: ['ipv4'], proxy: 'iptables' });
    node = live;
    const agent = live.agent('-syncinterval', '1h');
    onTestFailed(() => void process.stderr.write(`${agent.lines.join('\n')}\n`));
    const { local, cluster } = ADDRESSES.ipv4;
    expect(await readyNow(live)).toBe(
      ['OK', 'link: in place', 'rules: in place', ...[local, cluster].map((address) => `${address} over UDP, as the node: answered in N ms`), 'as a pod: not tried (only with -probe-as-pod)'].join('\n'),
    );
    expect(probe(live, '/ready').status).toBe('200');
    expect(probe(live, '/health').body).toBe('OK');
    // Neither an upstream nor the metrics heard of it.
    expect(live.asked.filter((line) => line.includes(' . '))).toEqual([]);
    expect(live.shell('curl -s http://127.0.0.1:9353/metrics').split('\n').filter((line) => /^coredns_dns_requests_total.*type="NS"/.test(line))).toEqual([]);

    // Without its rules kube-proxy's lead elsewhere, and kube-dns answers. Once it has looked a second time, it looks no more.
    await sleep(EARLY_LOOK_MS + 500);
    live.shell('iptables-nft -t raw -F');
    await expect.poll(() => probe(live), NOTICED).toMatchObject({ status: '503' });
    expect(probe(live).body).toContain(`${cluster} over UDP, as the node: answered by another server than this one`);
    live.shell('ip link del nodelocaldns');
    await agent.until(/Added interface/, 2);
    await readyNow(live);

    // Nothing may drop what a process of the node asks.
    live.shell(`iptables-nft -I INPUT -d ${cluster} -p udp --dport 53 -j DROP`);
    await expect.poll(() => probe(live), NOTICED).toMatchObject({ status: '503' });
    expect(probe(live).body).toContain(`${cluster} over UDP, as the node: no answer in 0.8 s`);
  }, 60_000);

  it('is false in lameduck mode, while the process lives', async () => {
    const live = await newNode({ families: ['ipv4'], proxy: 'iptables' }, (template) => template.replace(':8080', ':8080 {\n lameduck 2s\n }'));
    node = live;
    const agent = live.agent();
    onTestFailed(() => void process.stderr.write(`${agent.lines.join('\n')}\n`));
    await readyNow(live);
    agent.child.kill('SIGTERM');
    await agent.until(/lameduck/);
    expect(probe(live)).toEqual({ status: '503', body: 'Shutting down' });
    expect(probe(live, '/health').status).toBe('200');
    expect(await agent.ended).toBe(0);
  }, 60_000);

  it.each(['ipv4', 'ipv6'] as const)('asks as a pod where that is wanted, and leaves nothing: %s', async (family) => {
    const { local, cluster } = ADDRESSES[family];
    const live = await newNode({ families: [family], proxy: 'iptables' }, (template) => template.replace('health __PILLAR__LOCAL__DNS__:8080', 'health 127.0.0.1:8080'));
    node = live;
    const agent = live.agent('-probe-as-pod');
    onTestFailed(() => void process.stderr.write(`${agent.lines.join('\n')}\n`));
    const at = '127.0.0.1';
    await expect.poll(() => probe(live, '/ready', at).status, { timeout: 10_000 }).toBe('200');
    const asPod = [local, cluster].map((address) => `${address} over UDP, as a pod: answered in N ms`);
    expect(probe(live, '/ready', at).body.split('\n').slice(-2)).toEqual(asPod);
    expect(live.shell('ip -o link show')).toContain('nodelocalprobe');

    // What stops pods alone.
    const tables = family === 'ipv4' ? 'iptables-nft' : 'ip6tables-nft';
    live.shell(`${tables} -t mangle -A PREROUTING -i nodelocalprobe -d ${cluster} -j DROP`);
    await expect.poll(() => probe(live, '/ready', at).status, NOTICED).toBe('503');
    expect(probe(live, '/ready', at).body.split('\n').slice(-2)).toEqual([asPod[0], `${cluster} over UDP, as a pod: no answer in 0.8 s`]);
    live.shell(`${tables} -t mangle -F`);
    await expect.poll(() => probe(live, '/ready', at).status, NOTICED).toBe('200');

    // Another process of the server's, and what the killed one had is gone.
    const [server = 0] = serversOf(live, agent).toSorted((one, other) => one - other);
    process.kill(server, 'SIGKILL');
    await expect.poll(() => probe(live, '/ready', at).body.split('\n').slice(-2), { timeout: 10_000 }).toEqual(asPod);

    agent.child.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    await expect.poll(() => live.shell('ip -o link show; ip route show table all; ip -6 route show table all'), NOTICED).not.toMatch(/nodelocalprobe|node-pod/);
    expect(live.shell('ps -eo args')).not.toContain(' node-pod');
  }, 60_000);

  it('says that it may not make a namespace, and is decided by the rest', async () => {
    const live = await newNode({ families: ['ipv4'], proxy: 'iptables' });
    node = live;
    writeFileSync(join(live.folder, 'bin', 'unshare'), '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n', { mode: 0o755 });
    const agent = live.agent('-probe-as-pod');
    onTestFailed(() => void process.stderr.write(`${agent.lines.join('\n')}\n`));
    expect((await readyNow(live)).split('\n').at(-1)).toBe('as a pod: not tried (no permission to make a namespace)');
  }, 60_000);
});
