import { describe, expect, it } from 'vitest';
import { parseCorefile } from '@nodelocal/dns-cache';
import type { Token } from '../../src/corefile/lexer.ts';
import { rooted } from '../../src/directive/rooted.ts';

const described = (block: string): string =>
  parseCorefile(`. {\n${block}\n}`).blocks.flatMap(({ plugins }) => plugins.flatMap(({ describe: lines }) => lines())).join('\n');

describe('`root`', () => {
  it.each([
    ['hosts named.hosts', 'hosts /etc/dns/named.hosts'],
    ['hosts /other/named.hosts', 'hosts /other/named.hosts'],
    ['loadbalance weighted ../weights', '/etc/weights'],
    ['tls cert.pem ./key.pem', 'tls /etc/dns/cert.pem /etc/dns/key.pem'],
  ])('is where others look for files: %s', (line, where) => {
    expect(described(`root /etc/dns\n${line}`)).toContain(where);
    // Wherever it stands in the block.
    expect(described(`${line}\nroot /etc/dns`)).toContain(where);
  });

  it('leaves the file of upstreams alone, as in CoreDNS', () => {
    expect(described('root /etc/dns\nforward . resolv.conf')).toContain('the nameservers of resolv.conf');
  });
});

describe('a path below a folder', () => {
  it.each([
    ['/a/b', 'c', '/a/b/c'],
    ['/a/b/', './c//d', '/a/b/c/d'],
    ['/a', '../../c', '/c'],
    ['a', '../../c', '../c'],
    ['.', 'c', 'c'],
    ['', 'c', 'c'],
  ])('%s and %s', (root, path, joined) => {
    const token: Token = { text: path, file: 'Corefile', line: 1, column: 1, quoted: false, first: false };
    expect(rooted(token, root).text).toBe(joined);
  });
});
