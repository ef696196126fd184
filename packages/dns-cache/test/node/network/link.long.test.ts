import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeNamespace } from '../support/namespace.ts';
import { newNamespace, note, whyNoNode } from '../support/namespace.ts';
import { networkIn } from '../support/network.ts';

const BOTH = ['169.254.20.10', 'fd00:10:96::a'];

let node: NodeNamespace;

describe.skipIf(whyNoNode !== undefined)(`the link on a live kernel${note}`, () => {
  beforeEach(async () => {
    node = await newNamespace();
  });
  afterEach(() => node.end());

  const shown = (): string => node.shell('ip -br addr show dev nodelocaldns').replaceAll(/\s+/g, ' ').trim();
  const only = { setupRules: false, addresses: BOTH };

  it('is made, marked, left down, and deleted', async () => {
    const { network, lines, counted } = networkIn(node, only);
    expect(await network.ensureLink()).toEqual({ kind: 'mended', creates: true, adds: ['169.254.20.10/32', 'fd00:10:96::a/128'], renews: [], removes: [] });
    expect(shown()).toBe('nodelocaldns DOWN 169.254.20.10/32 fd00:10:96::a/128');
    expect(node.shell('ip -d link show dev nodelocaldns')).toContain('alias nodelocal dns-cache');
    expect(await network.ensureLink()).toEqual({ kind: 'as-wanted' });
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 0, link: 'link' });
    expect(lines).toEqual(['[INFO] Added interface - nodelocaldns', '[INFO] Tearing down']);
    expect(counted).toEqual([]);
  });

  it('comes back when others delete it or an address', async () => {
    const { network, counted } = networkIn(node, only);
    await network.ensureLink();
    node.shell('ip addr del 169.254.20.10/32 dev nodelocaldns');
    expect(await network.ensureLink()).toMatchObject({ kind: 'mended', creates: false, adds: ['169.254.20.10/32'] });
    node.shell('ip link del nodelocaldns');
    expect(await network.ensureLink()).toMatchObject({ kind: 'mended', creates: true });
    expect(counted).toEqual(['mended address 1', 'mended link 1']);
  });

  it('loses addresses of an earlier start, but those that somebody serves', async () => {
    const { network } = networkIn(node, only);
    await network.ensureLink();
    node.shell('ip addr add 10.96.0.98/32 dev nodelocaldns; ip addr add 10.96.0.99/32 dev nodelocaldns');
    const other = node.background('exec python3 -c "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\'10.96.0.99\', 53)); print(1, flush=True); time.sleep(60)"');
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    expect(await network.ensureLink()).toMatchObject({ kind: 'mended', removes: ['10.96.0.98/32'] });
    expect(await network.ensureLink()).toEqual({ kind: 'as-wanted' });
    other.kill('SIGKILL');
  });

  it('keeps addresses of an earlier start until there are no rules for them', async () => {
    const { network } = networkIn(node, { addresses: ['169.254.20.10'] });
    await network.ensureLink();
    node.shell('ip addr add 10.96.0.98/32 dev nodelocaldns');
    expect(await network.ensureLink()).toEqual({ kind: 'as-wanted' });
    await network.ensureRules();
    expect(await network.ensureLink()).toMatchObject({ kind: 'mended', removes: ['10.96.0.98/32'] });
  });

  it('that node-cache left behind becomes ours', async () => {
    node.shell('ip link add name nodelocaldns type bridge; ip addr add 169.254.20.10/32 dev nodelocaldns');
    const { network } = networkIn(node, only);
    expect(await network.ensureLink()).toMatchObject({ creates: false, adds: ['fd00:10:96::a/128'] });
    expect(await network.remove()).toMatchObject({ link: 'link' });
  });

  it.each([
    ['of another type', 'ip link add name nodelocaldns type ifb'],
    ['with an address of another end', 'ip link add name nodelocaldns type bridge; ip addr add 192.0.2.1/24 dev nodelocaldns'],
    ['with another alias', 'ip link add name nodelocaldns type bridge; ip link set dev nodelocaldns alias mine'],
  ])('that was there before stays, and loses our addresses: %s', async (_, script) => {
    node.shell(script);
    const before = shown();
    const { network } = networkIn(node, only);
    await network.ensureLink();
    expect(shown()).toContain('fd00:10:96::a/128');
    // By another process, which knows nothing of the first.
    expect(await networkIn(node, only).network.remove()).toMatchObject({ kind: 'removed', link: 'addresses' });
    expect(shown()).toBe(before);
  });

  it('has a tentative address put on anew, which can be bound at once', async () => {
    node.shell('ip link add name nodelocaldns type veth peer name other; ip link set other up; ip link set nodelocaldns up; ip addr add fd00:10:96::a/128 dev nodelocaldns');
    const { network } = networkIn(node, only);
    expect(await network.ensureLink()).toMatchObject({ renews: ['fd00:10:96::a/128'] });
    node.shell('python3 -c "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).bind((\'fd00:10:96::a\', 53))"');
    expect(await network.ensureLink()).toEqual({ kind: 'as-wanted' });
  });

  it('that cannot be made is told and counted as node-cache does, but not said to be added', async () => {
    const { network, lines, counted } = networkIn(node, { ...only, interfaceType: 'nonsense' });
    expect(await network.ensureLink()).toEqual({ kind: 'failed', errors: ['unknown device type'] });
    expect(lines).toEqual([
      '[ERROR] Failed to add non-existent interface nodelocaldns: unknown device type',
      '[ERROR] Error checking dummy device nodelocaldns - unknown device type',
    ]);
    expect(counted).toEqual(['setup-error interface_add 1', 'setup-error interface_check 1']);
  });

  it('that takes not every address tells which', async () => {
    node.shell('echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6');
    const { network, counted } = networkIn(node, only);
    expect(await network.ensureLink()).toEqual({ kind: 'failed', errors: ['ipv6: IPv6 is disabled on this device (addr add fd00:10:96::a/128 dev nodelocaldns nodad)'] });
    expect(shown()).toContain('169.254.20.10/32');
    expect(counted).toEqual(['setup-error interface_check 1']);
  });
});
