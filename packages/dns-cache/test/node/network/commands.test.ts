import { describe, expect, it } from 'vitest';
import type { Command, CommandOutcome } from '../../../src/node/command.ts';
import { networkIn } from '../support/network.ts';
import type { TestNetwork } from '../support/network.ts';

const LINK = JSON.stringify([{ ifname: 'nodelocaldns', ifalias: 'nodelocal dns-cache', addr_info: [{ local: '10.96.0.10', prefixlen: 32, scope: 'global' }] }]);
const RULE = '{raw PREROUTING [-p tcp -d 10.96.0.10 --dport 53 -j NOTRACK -m comment --comment NodeLocal DNS Cache: skip conntrack]}';

type Answer = (command: Command) => CommandOutcome;

/** A node whose programs do as they are told here, and that remembers them. */
const nodeThat = (answer: Answer, settings: Parameters<typeof networkIn>[1] = {}): TestNetwork & { readonly commands: readonly string[] } => {
  const commands: string[] = [];
  const run = (command: Command): Promise<CommandOutcome> => {
    commands.push(command.argv.join(' '));
    return Promise.resolve(command.argv[0] === 'ip' && command.stdin === undefined ? { kind: 'done', stdout: LINK } : answer(command));
  };
  return { ...networkIn({ run, readText: () => Promise.resolve(undefined) }, settings), commands };
};

const failed = (status: number): CommandOutcome => ({ kind: 'failed', status, stdout: '', stderr: 'fake failure\n' });

describe('the commands of the network', () => {
  it('are a reading of the link and one for each table when all is well', async () => {
    let isIn = '';
    const { network, commands } = nodeThat(({ argv, stdin }) => {
      if (stdin !== undefined) isIn = stdin;
      const table = argv.at(-1) ?? '';
      const lines = isIn.split(`*${table}\n`)[1]?.split('COMMIT')[0]?.split('\n').toReversed().map((line) => line.replace(/^-I/, '-A')) ?? [];
      return { kind: 'done', stdout: `*${table}\n${lines.join('\n')}\nCOMMIT\n` };
    });
    await network.ensureLink();
    await network.ensureRules();
    const first = commands.length;
    await network.ensureLink();
    expect(await network.ensureRules()).toEqual({ kind: 'as-wanted', above: [] });
    expect(commands.slice(first)).toEqual(['ip -j -d addr show dev nodelocaldns', 'iptables-nft-save -t raw', 'iptables-nft-save -t filter']);
    expect(network.refreshEveryMs).toBeUndefined();
  });

  it('that fail to read are told and counted for each rule, as node-cache does', async () => {
    const { network, lines, counted } = nodeThat(() => failed(1));
    expect(await network.ensureRules()).toEqual({ kind: 'failed', errors: ['error checking rule: exit status 1: fake failure'] });
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe(`[ERROR] Error checking/adding iptables rule ${RULE}, error - error checking rule: exit status 1: fake failure`);
    expect(counted).toEqual(['setup-error iptables 12']);
  });

  it('that fail to write are tried again only where something changed meanwhile', async () => {
    const { network, commands, lines, counted } = nodeThat(({ stdin }) => (stdin === undefined ? { kind: 'done', stdout: '' } : failed(2)));
    expect(await network.ensureRules()).toEqual({ kind: 'failed', errors: ['error appending rule: exit status 2: fake failure'] });
    expect(commands.filter((command) => command.includes('restore'))).toHaveLength(2);
    expect(lines).toHaveLength(12);
    expect(counted).toEqual(['setup-error iptables 12']);
  });

  it('that fail since another program was quicker are tried again', async () => {
    let isChanged = false;
    const stale = '-d 10.96.0.10/32 -p udp -m comment --comment "NodeLocal DNS Cache: skip conntrack" -m udp --dport 53 -j NOTRACK';
    const { network, counted } = nodeThat(({ argv, stdin }) => {
      if (stdin === undefined) return { kind: 'done', stdout: isChanged || argv.at(-1) === 'filter' ? '' : `*raw\n-A PREROUTING ${stale}\nCOMMIT\n` };
      if (isChanged) return { kind: 'done', stdout: '' };
      isChanged = true;
      return failed(1);
    });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended', stale: [] });
    expect(counted).toEqual([]);
  });

  it('that are not there leave no rule, so that the link may go', async () => {
    const { network, counted } = nodeThat(({ argv: [program], stdin }) => (program === 'ip' && stdin !== undefined ? { kind: 'done', stdout: '' } : { kind: 'missing', program }));
    expect(await network.ensureRules()).toMatchObject({ kind: 'failed' });
    expect(counted).toEqual(['setup-error iptables 12']);
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 0, link: 'link' });
  });

  it('that wait for the lock in vain are counted once each time', async () => {
    let times = 0;
    const { network, counted } = nodeThat(({ stdin }) => {
      if (stdin === undefined) return { kind: 'done', stdout: '' };
      times += 1;
      return times < 3 ? { kind: 'lock-held', status: 4, stderr: 'the xtables lock' } : { kind: 'done', stdout: '' };
    });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(counted).toEqual(['setup-error iptables_lock 1', 'setup-error iptables_lock 1']);
  });

  it('tell of a port that iptables would refuse, and put in all other rules', async () => {
    const { network, lines, counted } = nodeThat(() => ({ kind: 'done', stdout: '' }), { healthPort: 99_999 });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(lines.slice(0, 3).map((line) => line.slice(0, 74))).toEqual([
      '[ERROR] Error checking/adding iptables rule {raw OUTPUT [-p tcp -d 10.96.0',
      '[ERROR] Error checking/adding iptables rule {raw OUTPUT [-p tcp -s 10.96.0',
      '[INFO] Added back nodelocaldns rule - {raw PREROUTING [-p tcp -d 10.96.0.1',
    ]);
    expect(counted).toEqual(['setup-error iptables 2']);
  });

  it('are single ones where there is no other program, in the order of the transaction', async () => {
    const single = { kind: 'single', single: 'iptables', waits: ['-w'] } as const;
    const { network, commands } = nodeThat(() => ({ kind: 'done', stdout: '' }), { backend: { kind: 'iptables', variant: 'legacy', tools: { ipv4: single, ipv6: single } } });
    expect(await network.ensureRules()).toMatchObject({ kind: 'mended' });
    expect(commands.slice(0, 3)).toEqual([
      'iptables -w -t raw -S',
      'iptables -w -t filter -S',
      'iptables -w -t filter -I INPUT -d 10.96.0.10/32 -p tcp -m tcp --dport 53 -m comment --comment NodeLocal DNS Cache: allow DNS traffic -j ACCEPT',
    ]);
    expect(commands).toHaveLength(14);
  });

  it('are none where they are not wanted', async () => {
    const { network, commands } = nodeThat(() => failed(1), { setupInterface: false, setupRules: false });
    expect([await network.ensureLink(), await network.ensureRules(), await network.refresh()]).toEqual(Array.from({ length: 3 }, () => ({ kind: 'left-alone' })));
    expect(await network.stopDiverting()).toEqual({ kind: 'gone', removed: 0 });
    expect(await network.remove()).toEqual({ kind: 'removed', rules: 0, link: 'nothing' });
    expect(await network.describe()).toEqual([]);
    expect(commands).toEqual([]);
  });

  it('are shown beforehand, and nothing is written', async () => {
    const { network, commands } = nodeThat(() => failed(1));
    const shown = await network.describe();
    expect(shown.map(({ command }) => command)).toEqual(['iptables-nft-restore -w 5 --noflush']);
    expect(shown[0]?.text).toMatch(/^\*filter\n-I INPUT -d 10\.96\.0\.10\/32 -p tcp /);
    expect(commands.some((command) => command.includes('restore') || command.includes('batch'))).toBe(false);
  });

  it('are done one after another', async () => {
    const order: string[] = [];
    const { network } = nodeThat(({ stdin }) => {
      order.push(stdin?.startsWith('*filter\n-I') === true ? 'in' : stdin === undefined ? 'read' : 'out');
      return { kind: 'done', stdout: '' };
    });
    const [, gone] = await Promise.all([network.ensureRules(), network.remove()]);
    expect(gone).toMatchObject({ kind: 'removed' });
    expect(order.slice(0, 4)).toEqual(['read', 'read', 'in', 'read']);
  });
});
