import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, printNote, readNode } from '@nodelocal/netfilter-sim';
import type { NodeFile } from '@nodelocal/netfilter-sim';
import { readNodeFolder, readText } from '@nodelocal/netfilter-sim/node';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../support/lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'netfilter-sim-notes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILTER = rules({ filter: ['-A INPUT -p udp -m udp --dport 53 -j DROP'] });
const ADDRESSES = JSON.stringify([
  { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP'], addr_info: [{ local: '127.0.0.1', prefixlen: 8, scope: 'host' }] },
  { ifindex: 2, ifname: 'eth0', flags: ['UP'], addr_info: [{ local: '192.0.2.10', prefixlen: 24, scope: 'global' }] },
  { ifindex: 3, ifname: 'eth1', flags: ['UP'], addr_info: [{ local: '192.0.2.11', prefixlen: 24, scope: 'global' }] },
]);

const notesOf = (contents: Readonly<Partial<Record<NodeFile, string>>>, others: readonly string[] = []): readonly string[] =>
  readNode({ folder: 'node', contents, others }).notes.map(printNote);

describe('what is missing is said', () => {
  it('nothing is, where nothing is', () => {
    expect(notesOf({ 'iptables-save.txt': FILTER })).toEqual([]);
  });

  it('routes that were derived', () => {
    expect(notesOf({ 'iptables-save.txt': FILTER, 'ip-addr.json': ADDRESSES })).toEqual([
      'node/ip-route.json: there are no IPv4 routes, so only those that the kernel makes of the addresses are taken (ip -j -N route show table all prints all)',
      '192.0.2.0/24 is on eth0 and eth1: which of the routes is older is not known, the first of these is taken',
    ]);
    const main = '[{"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"}]';
    expect(notesOf({ 'iptables-save.txt': FILTER, 'ip-addr.json': ADDRESSES, 'ip-route.json': main })).toEqual([
      'node/ip-route.json: the local table is missing for IPv4, so those that the kernel makes of the addresses are added (ip -j -N route show table all prints all)',
    ]);
    const local = `${main.slice(0, -1)}, {"type": "local", "dst": "192.0.2.10", "dev": "eth0", "table": "local"}]`;
    expect(notesOf({ 'iptables-save.txt': FILTER, 'ip-addr.json': ADDRESSES, 'ip-route.json': local })).toEqual([]);
  });

  const warned = `${FILTER}# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n`;

  it('rules of the other back end, unless they are there', () => {
    expect(notesOf({ 'iptables-save.txt': warned })).toEqual([
      'node/iptables-save.txt:7: the legacy back end of iptables has rules too, and the answer lacks them (save what iptables-legacy-save prints beside it)',
    ]);
    expect(notesOf({ 'iptables-save.txt': warned, 'iptables-legacy-save.txt': FILTER })).toEqual([
      'node/iptables-save.txt, node/iptables-legacy-save.txt: the kernel runs both back ends; which of two tables of one name runs first is not known, that of nft is taken',
    ]);
  });

  it('tables of nftables that iptables cannot print, unless they are there', () => {
    const hidden = `${FILTER}# Table \`mine' is incompatible, use 'nft' tool.\n`;
    expect(notesOf({ 'iptables-save.txt': hidden })).toEqual([expect.stringContaining('a table of nftables has rules too')]);
    expect(notesOf({ 'iptables-save.txt': hidden, 'nft-ruleset.txt': 'table ip mine {\n}\n' })).toEqual([]);
  });

  it('rules that nobody may have been allowed to see, unless one file tells of some', () => {
    const note = 'node/iptables-save.txt: this file is empty: there are no rules, or who asked was not root';
    expect(notesOf({ 'iptables-save.txt': '' })).toEqual([note]);
    expect(notesOf({ 'iptables-save.txt': '\n', 'ip6tables-save.txt': '' })).toEqual([note]);
    expect(notesOf({ 'iptables-save.txt': '', 'ip6tables-save.txt': FILTER })).toEqual([]);
    expect(notesOf({ 'iptables-save.txt': '', 'nft-ruleset.txt': 'table ip mine {\n}\n' })).toEqual([]);
  });

  it('one table alone', () => {
    expect(notesOf({ 'iptables-S.txt': '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -j DROP\n' })).toEqual([
      'node/iptables-S.txt: there is only table filter, others are taken to be empty (iptables-save prints all)',
    ]);
  });

  it('lines that are no connections, with the first of them', () => {
    const good = 'udp 17 20 src=1.1.1.1 dst=1.1.1.2 sport=1 dport=2 src=1.1.1.2 dst=1.1.1.1 sport=2 dport=1 mark=0 use=1';
    const contents = { 'iptables-save.txt': FILTER, 'conntrack.txt': `${good}\nwhat\nudp 17 soon\n${good.replace('sport=1 ', 'sport=9 ')}\n` };
    expect(notesOf(contents)).toEqual(['node/conntrack.txt:2: this line is left out, and 1 more line: expected the protocol as a number']);
    expect(readNode({ folder: 'node', contents }).state.conntrack.entries.size).toBe(2);
  });

  it('files that are not read, by the name that was meant', () => {
    expect(notesOf({ 'iptables-save.txt': FILTER }, ['ip_route.txt', 'notes.md', 'nft.json', 'pods.yaml'])).toEqual([
      'node/ip_route.txt: this file is not read (name it ip-route.txt)',
      'node/nft.json: this file is not read (name it nft-ruleset.json)',
      'node: not read, since no such files are known: notes.md, pods.yaml',
    ]);
    expect(notesOf({ 'iptables-save.txt': FILTER, 'ip-addr.json': '[]', 'ip-addr.txt': '' })).toEqual(['node/ip-addr.txt: this file is not read, ip-addr.json is']);
  });
});

it('what would be the only rules is named by the name that was meant', () => {
  expect(() => notesOf({}, ['iptables.txt', 'nft.txt', 'routes.txt'])).toThrow(
    expect.objectContaining({ mend: 'name iptables.txt iptables-save.txt, name nft.txt nft-ruleset.txt' }),
  );
  expect(() => notesOf({})).toThrow(expect.objectContaining({ mend: 'run iptables-save into it' }));
});

describe('a table that comes twice', () => {
  it('is refused with both places: no tool prints it so', () => {
    expect(() => notesOf({ 'iptables-save.txt': FILTER + FILTER })).toThrow(
      expect.objectContaining({ position: { file: 'node/iptables-save.txt', line: 7, column: 1 }, reason: 'table filter comes twice, first in line 1' }),
    );
  });
});

describe('a folder', () => {
  const file = (name: string, contents: string | Buffer): string => {
    writeFileSync(join(folder, name), contents);
    return join(folder, name);
  };

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${FILTER}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${FILTER}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${FILTER}`, 'utf16le').swap16()],
    ['line ends of Windows', Buffer.from(FILTER.replaceAll('\n', '\r\n'))],
  ])('may have its text as %s', (_, octets) => {
    expect(readText(file('iptables-save.txt', octets))).toBe(FILTER);
  });

  it('has no text in zero octets', () => {
    expect(() => readText(file('zero', Buffer.from(FILTER, 'utf16le')))).toThrow(InputError);
  });

  it('tells what it has besides', () => {
    for (const name of ['README.md', 'corefile', '.hidden', 'iptables.txt']) file(name, '');
    rmSync(join(folder, 'zero'));
    expect(readNodeFolder(folder).others).toEqual(['iptables.txt']);
  });
});
