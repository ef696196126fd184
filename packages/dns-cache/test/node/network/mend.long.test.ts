import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import type { TestNetwork } from '../support/network.ts';
import { backendOf, networkIn } from '../support/network.ts';

const COMMENT = '-m comment --comment "NodeLocal DNS Cache: skip conntrack"';
const NOTRACK = `-p udp -d 10.96.0.10 --dport 53 ${COMMENT} -j NOTRACK`;

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`what others do to the rules${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const installed = async (variant: 'nft' | 'legacy'): Promise<TestNetwork & { readonly rules: string; readonly save: () => string }> => {
    const made = networkIn(node, { addresses: ['169.254.20.10', '10.96.0.10'], backend: backendOf(variant) });
    await made.network.ensureLink();
    await made.network.ensureRules();
    made.lines.length = 0;
    const save = (): string => node.shell(`for t in raw filter; do iptables-${variant}-save -t $t; done | grep -v '^[:#]'`);
    return { ...made, rules: save(), save };
  };

  it.each(['nft', 'legacy'] as const)('a flush is mended: %s', async (variant) => {
    const { network, save, rules, lines, counted } = await installed(variant);
    node.shell(`iptables-${variant} -t raw -F; iptables-${variant} -F`);
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended', duplicates: [], stale: [], misordered: [] });
    expect(save()).toBe(rules);
    expect(lines).toHaveLength(24);
    expect(counted).toEqual(['mended rule 24']);
  });

  it.each(['nft', 'legacy'] as const)('a rule that was removed comes back to its place, where node-cache puts it on top: %s', async (variant) => {
    const { network, save, rules, lines, counted } = await installed(variant);
    node.shell(`iptables-${variant} -t raw -D PREROUTING -p tcp -d 169.254.20.10 --dport 53 ${COMMENT} -j NOTRACK`);
    await network.ensureRules();
    expect(save()).toBe(rules);
    expect(lines).toEqual([
      '[INFO] Added back nodelocaldns rule - {raw PREROUTING [-p tcp -d 169.254.20.10 --dport 53 -j NOTRACK -m comment --comment NodeLocal DNS Cache: skip conntrack]}',
    ]);
    expect(counted).toEqual(['mended rule 1']);
  });

  it.each(['nft', 'legacy'] as const)('duplicates go: %s', async (variant) => {
    const { network, save, rules, counted } = await installed(variant);
    node.shell(`for i in 1 2 3; do iptables-${variant} -t raw -I PREROUTING ${NOTRACK}; done`);
    const outcome = await network.ensureRules();
    expect(outcome.kind === 'mended' ? outcome.duplicates.map((rule) => rule.slice(0, 36)) : []).toEqual(Array.from({ length: 3 }, () => 'raw PREROUTING -d 10.96.0.10/32 -p ud'.slice(0, 36)));
    expect(save()).toBe(rules);
    expect(counted).toEqual(['mended duplicate 3']);
  });

  it('the order is mended', async () => {
    const { network, save, rules, lines, counted } = await installed('nft');
    node.shell(`iptables-nft -t raw -D PREROUTING ${NOTRACK}; iptables-nft -t raw -A PREROUTING ${NOTRACK}`);
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended', added: [], misordered: ['raw PREROUTING'] });
    expect(save()).toBe(rules);
    expect(lines).toEqual(['[INFO] Put nodelocaldns rules back in order - raw PREROUTING']);
    expect(counted).toEqual(['mended order 1']);
  });

  it('a foreign rule above ours is left there and told', async () => {
    const { network, save } = await installed('nft');
    node.shell('iptables-nft -N cali-INPUT; iptables-nft -I INPUT -j cali-INPUT');
    const before = save();
    expect(await network.ensureRules()).toEqual({ kind: 'as-wanted', above: ['-j cali-INPUT'] });
    expect(save()).toBe(before);
  });

  it('a foreign rule above ours that lets no packet past comes below them', async () => {
    const { network, save, rules } = await installed('nft');
    node.shell('iptables-nft -t raw -I PREROUTING -j ACCEPT');
    expect(await network.ensureRules()).toMatchObject({ misordered: ['raw PREROUTING'] });
    expect(save().replace('-A PREROUTING -j ACCEPT\n', '')).toBe(rules);
    expect(await network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
  });

  it.each([
    ['CT --notrack', 'nft', `-p udp -d 10.96.0.10 --dport 53 ${COMMENT} -j CT --notrack`],
    ['CT --notrack', 'legacy', `-p udp -d 10.96.0.10 --dport 53 ${COMMENT} -j CT --notrack`],
    ['the comment before the port', 'nft', `-p udp -d 10.96.0.10 ${COMMENT} --dport 53 -j NOTRACK`],
    ['another health port', 'nft', `-p tcp -d 10.96.0.10 --dport 9999 ${COMMENT} -j NOTRACK`],
  ] as const)('of another spelling go and leave ours alone: %s, %s', async (_, variant, spec) => {
    node.shell(`iptables-${variant} -t raw -I PREROUTING ${spec}`);
    const { network, save, rules } = await installed(variant);
    expect(rules.split('\n').filter((line) => line.includes('NOTRACK') || line.includes('--notrack'))).toHaveLength(16);
    expect(await network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
    await network.remove();
    expect(save()).not.toContain('NodeLocal');
  });

  it('of an address that nobody serves go; where somebody does they stay', async () => {
    const stale = (address: string): string => `iptables-nft -t raw -I PREROUTING ${NOTRACK.replace('10.96.0.10', address)}; iptables-nft -t raw -I OUTPUT -p tcp -s ${address} --sport 8080 ${COMMENT} -j NOTRACK`;
    node.shell(`${stale('10.96.0.98')}; ${stale('10.96.0.99')}; ip addr add 10.96.0.99/32 dev lo`);
    const other = node.background('exec python3 -c "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\'10.96.0.99\', 53)); print(1, flush=True); time.sleep(60)"');
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    const { network, save, rules, counted } = await installed('nft');
    expect(rules).not.toContain('10.96.0.98');
    expect(rules.match(/10\.96\.0\.99/g)).toHaveLength(2);
    expect(counted).toEqual(['mended stale 2']);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    expect(await network.remove()).toMatchObject({ kind: 'removed', rules: 26 });
    expect(save()).not.toContain('NodeLocal');
  });

  it('a table that iptables cannot print has ours asked for one by one', async () => {
    const { network, lines } = await installed('nft');
    node.shell("nft add rule ip raw PREROUTING udp dport '{ 1, 2 }' ct state new accept");
    expect(node.shell('iptables-nft-save -t raw')).toContain('incompatible');
    expect(await network.ensureRules()).toEqual({ kind: 'as-wanted', above: [] });
    node.shell(`iptables-nft -t raw -D PREROUTING ${NOTRACK}`);
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended', added: [expect.stringContaining('{raw PREROUTING [-p udp -d 10.96.0.10')] });
    expect(lines).toHaveLength(1);
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 24, link: 'link' });
    expect(node.shell('nft list table ip raw')).not.toContain('10.96.0.10');
  });

  it('single programs do the same where there are no others', async () => {
    const tools = { kind: 'single', single: 'iptables-nft', waits: ['-w', '5'] } as const;
    const { network } = networkIn(node, { addresses: ['169.254.20.10', '10.96.0.10'], backend: { kind: 'iptables', variant: 'nft', tools: { ipv4: tools, ipv6: tools } } });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(await networkIn(node, { addresses: ['169.254.20.10', '10.96.0.10'] }).network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
    expect(await network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
    expect(await network.remove()).toMatchObject({ kind: 'removed', rules: 24 });
  });

  it('rules of the other iptables go too, which would divert all the same', async () => {
    node.shell(`iptables-legacy -t raw -I PREROUTING ${NOTRACK}`);
    const { network, lines } = networkIn(node, { otherBackends: [backendOf('legacy')] });
    await network.ensureRules();
    expect(node.shell('iptables-legacy-save -t raw')).not.toContain('NodeLocal');
    expect(lines).toContain('[INFO] Removed stale nodelocaldns rules - 1 of another iptables');
    expect(await network.ensureRules()).toMatchObject({ kind: 'as-wanted' });
  });
});
