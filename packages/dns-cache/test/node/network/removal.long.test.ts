import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import { backendOf, networkIn } from '../support/network.ts';

const BOTH = ['169.254.20.10', 'fd00:10:96::a'];

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`taking the network away${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const rules = (): readonly string[] =>
    node.shell('for t in iptables ip6tables; do $t-nft-save; done').split('\n').filter((line) => line.includes('NodeLocal'));

  it('goes in two phases: first what diverts, of both families', async () => {
    const { network, lines } = networkIn(node, { addresses: BOTH });
    await network.ensureLink();
    await network.ensureRules();
    expect(rules()).toHaveLength(24);
    lines.length = 0;
    expect(await network.stopDiverting()).toEqual({ kind: 'gone', removed: 8 });
    expect(rules().filter((line) => /-A (PREROUTING|OUTPUT) -d \S+ -p (tcp|udp) .*--dport 53 .*NOTRACK/.test(line))).toEqual([]);
    expect(rules()).toHaveLength(16);
    expect(await network.stopDiverting()).toEqual({ kind: 'gone', removed: 0 });
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 16, link: 'link' });
    expect(lines).toEqual(['[INFO] Tearing down']);
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 0, link: 'nothing' });
  });

  it('is done by another process as well, duplicates too', async () => {
    const first = networkIn(node, { addresses: BOTH });
    await first.network.ensureLink();
    await first.network.ensureRules();
    node.shell('iptables-nft -t raw -I PREROUTING -p udp -d 169.254.20.10 --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK');
    const second = networkIn(node, { addresses: BOTH });
    const [one, other] = await Promise.all([first.network.remove(), second.network.remove()]);
    expect([one.kind, other.kind]).toEqual(['removed', 'removed']);
    expect(rules()).toEqual([]);
    expect(node.shell('ip -br link')).toMatch(/^lo .*\n$/);
  });

  it('changes its mind: what was stopped diverting diverts again', async () => {
    const { network, counted } = networkIn(node, { addresses: BOTH });
    await network.ensureRules();
    await network.stopDiverting();
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(rules()).toHaveLength(24);
    expect(counted).toEqual([]);
  });

  it.each([
    ['fails', 'echo fake failure >&2; exit 1', 'error deleting rule: exit status 1: fake failure'],
    ['hangs', 'sleep 60', 'error deleting rule: timed out after 0.3 s'],
  ])('leaves link and addresses where iptables-restore %s', async (_, script, error) => {
    const { network } = networkIn(node, { addresses: ['10.96.0.10'] });
    await network.ensureLink();
    await network.ensureRules();
    node.shell(`printf '#!/bin/sh\\n${script}\\n' > /run/broken; chmod 755 /run/broken`);
    const broken = networkIn(
      { ...node, run: (command) => node.run({ ...command, timeLimitMs: Math.min(command.timeLimitMs, command.stdin === undefined ? 5000 : 300) }) },
      { backend: backendOf('nft', '/run/broken') },
    );
    expect(await broken.network.remove()).toEqual({ kind: 'rules-stay', errors: [error] });
    expect(broken.lines.at(-1)).toBe('[ERROR] Left nodelocaldns as it is: rules are left, and without its addresses they would lead queries nowhere');
    expect(broken.lines[1]).toMatch(/^\[ERROR] Failed deleting iptables rule \{raw PREROUTING \[/);
    expect(node.shell('ip -br addr show dev nodelocaldns')).toContain('10.96.0.10/32');
    expect(await network.remove()).toMatchObject({ kind: 'removed', link: 'link' });
  });

  it('waits for the lock of xtables, says so, and goes on', async () => {
    const { network, lines, counted } = networkIn(node, {
      backend: {
        kind: 'iptables',
        variant: 'legacy',
        tools: { ...backendOf('legacy').tools, ipv4: { kind: 'restore', save: 'iptables-legacy-save', restore: 'iptables-legacy-restore', single: 'iptables-legacy', waits: ['-w', '1'] } },
      },
    });
    await network.ensureLink();
    await network.ensureRules();
    lines.length = 0;
    const holder = node.background('exec flock /run/xtables.lock sh -c "echo held; exec sleep 1.6"');
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 12, link: 'link' });
    expect(lines[1]).toMatch(/^\[ERROR] Failed deleting iptables rule \{raw PREROUTING .*}, error - error deleting rule: exit status 4: /);
    expect(counted).toEqual(['setup-error iptables_lock 1']);
  });
});
