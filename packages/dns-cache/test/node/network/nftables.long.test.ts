import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installText, refreshText } from '../../../src/node/nftables/table.ts';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import type { TestNetwork } from '../support/network.ts';
import { networkIn } from '../support/network.ts';

const ADDRESSES = ['169.254.20.10', '10.96.0.10', 'fd00:10:96::a'];

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`a table of our own on a live kernel${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const networkBy = (lifetimeSeconds: number): TestNetwork =>
    networkIn(node, { addresses: ADDRESSES, backend: { kind: 'nftables', program: 'nft', lifetimeSeconds } });
  const setOf = (name: string): readonly string[] =>
    node.shell(`nft list set inet nodelocaldns ${name}`).match(/[\da-f.:]+(?= expires)/g) ?? [];
  /** How many of the addresses the node asks without conntrack. */
  const untracked = (): number => {
    const asks = ADDRESSES.map((address) => `socket.socket(socket.${address.includes(':') ? 'AF_INET6' : 'AF_INET'}, socket.SOCK_DGRAM).sendto(b'x', ('${address}', 53))`);
    node.shell(`nft -f /run/seen && python3 -c "import socket; ${asks.join('; ')}"`);
    return Number(/packets (\d+)/.exec(node.shell('nft list table inet seen'))?.[1]);
  };

  it('diverts both families, stays while it is refreshed, and is gone seconds after nobody does', async () => {
    const { network, lines } = networkBy(3);
    node.shell('echo "add table inet seen; delete table inet seen; table inet seen { chain out { type filter hook output priority 0; udp dport 53 ct state untracked counter; }; }" > /run/seen');
    await network.ensureLink();
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(lines.at(-1)).toBe('[INFO] Added back nodelocaldns rule - {table inet nodelocaldns}');
    for (let round = 0; round < 5; round += 1) {
      await sleep(700);
      expect(await network.refresh()).toEqual({ kind: 'as-wanted', above: [] });
    }
    expect(untracked()).toBe(3);
    expect(await network.ensureRules()).toEqual({ kind: 'as-wanted', above: [] });
    await sleep(3200);
    expect(setOf('diverted4')).toEqual([]);
    expect(untracked()).toBe(0);
    expect(await network.refresh()).toEqual({ kind: 'as-wanted', above: [] });
    expect(untracked()).toBe(3);
  });

  it('diverts nobody seconds after all processes were killed at once', async () => {
    const table = { addresses: ADDRESSES, dnsPort: 53, healthPort: 8080, lifetimeSeconds: 1 };
    node.shell(`cat > /run/install <<'N'\n${installText(table)}N\ncat > /run/refresh <<'N'\n${refreshText(table, 'all')}N`);
    const agent = node.background('nft -f /run/install; while :; do nft -f /run/refresh; sleep 0.1; done');
    await sleep(1500);
    expect(setOf('diverted4')).toHaveLength(2);
    agent.kill('SIGKILL');
    await sleep(1300);
    expect([setOf('diverted4'), setOf('diverted6'), setOf('served4'), setOf('served6')].flat()).toEqual([]);
  });

  it.each(['nft flush ruleset', 'nft delete table inet nodelocaldns', 'nft flush chain inet nodelocaldns output'])('is mended: %s', async (script) => {
    const { network, counted } = networkBy(30);
    await network.ensureRules();
    const before = node.shell('nft -s list table inet nodelocaldns');
    node.shell(script);
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(node.shell('nft -s list table inet nodelocaldns').replaceAll(/elements = \{[^}]*}/g, '')).toBe(before.replaceAll(/elements = \{[^}]*}/g, ''));
    expect(setOf('diverted4').toSorted()).toEqual(['10.96.0.10', '169.254.20.10']);
    expect(counted).toEqual(['mended rule 1']);
  });

  it('goes in two phases', async () => {
    const { network, counted } = networkBy(30);
    await network.ensureLink();
    await network.ensureRules();
    expect(await network.stopDiverting()).toMatchObject({ kind: 'gone' });
    expect(await network.refresh()).toMatchObject({ kind: 'as-wanted' });
    expect([setOf('diverted4'), setOf('diverted6'), setOf('served6')]).toEqual([[], [], ['fd00:10:96::a']]);
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(setOf('diverted6')).toEqual(['fd00:10:96::a']);
    expect(counted).toEqual([]);
    expect(await network.remove()).toMatchObject({ kind: 'removed', link: 'link' });
    expect(await network.remove()).toMatchObject({ kind: 'removed', link: 'nothing' });
    expect(await network.stopDiverting()).toEqual({ kind: 'gone', removed: 0 });
    expect(node.shell('nft list ruleset')).toBe('');
  });
});
