import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFrom, readNodeFolder, readOctets, readText } from '@nodelocal/netfilter-sim/node';
import { testNode } from '@nodelocal/netfilter-sim/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const RULES = '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';

describe('a node’s folder', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'node-folder-'));
    writeFileSync(join(folder, 'iptables-save.txt'), RULES);
    writeFileSync(join(folder, 'corefile'), '.');
    writeFileSync(join(folder, 'notes.md'), '');
    writeFileSync(join(folder, 'powershell.txt'), Buffer.from(`\uFEFF${RULES}`, 'utf16le'));
    writeFileSync(join(folder, 'zeros.txt'), Buffer.from([97, 0, 97]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a snapshot, with the names of what nobody reads', () => {
    expect(readNodeFolder(folder)).toEqual({ folder, contents: { 'iptables-save.txt': RULES }, others: ['notes.md', 'powershell.txt', 'zeros.txt'] });
  });

  it('is a node to send packets to', () => {
    const node = nodeFrom(folder);
    expect(node.notes).toHaveLength(1);
    expect(testNode(node).send('local: udp 127.0.0.1:1 > 127.0.0.1:2')).toBeDropped({ by: 'filter INPUT policy' });
  });

  it('may be written by PowerShell; what is no text is refused with its name', () => {
    expect(readText(join(folder, 'powershell.txt'))).toBe(RULES);
    expect(readOctets(join(folder, 'zeros.txt'))).toHaveLength(3);
    expect(() => readText(join(folder, 'zeros.txt'))).toThrow(/zeros\.txt:1:1: this is no UTF-8: .* \(save it as UTF-8\)$/);
  });

  // Root may read everything.
  const mayReadAll = process.getuid?.() === 0;
  it.skipIf(mayReadAll)(`that this user may not list is refused in words${mayReadAll ? ' (skipped: root may read everything)' : ''}`, () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0 });
    expect(() => nodeFrom(closed)).toThrow(/closed:1:1: this user may not read it$/);
  });

  it.each([
    ['nowhere', /nowhere:1:1: there is no such folder$/],
    ['notes.md', /notes\.md:1:1: this is a file \(name the folder that it is in\)$/],
  ])('that is none is refused: %s', (name, message) => {
    expect(() => nodeFrom(join(folder, name))).toThrow(message);
  });
});
