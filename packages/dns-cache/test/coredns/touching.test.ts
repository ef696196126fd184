import { parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from '../../src/referee/differences.ts';
import { touching } from '../../src/referee/touching.ts';

const idsIn = (text: string): readonly string[] => touching(parseCorefile(text, { file: 'Corefile' }).written.blocks).map(({ difference }) => difference.id);

/** One Corefile with a block for each of these, and what the rows of the first have that are not of the second. */
const lostBy = (text: string, without: string): readonly string[] => idsIn(text).filter((id) => !idsIn(without).includes(id));

describe('the differences that touch a Corefile', () => {
  it('are, of one without directives, those of any server', () => {
    expect(idsIn('. {\n}')).toEqual(DIFFERENCES.filter(({ touches }) => touches.all.length === 0).map(({ id }) => id));
  });

  it.each([
    ['a directive', '. {\n minimal\n}', '. {\n}', ['minimal-cname']],
    ['several directives', '. {\n errors\n forward . 192.0.2.1\n}', '. {\n forward . 192.0.2.1\n}', ['errors-local-address']],
    ['an option', '. {\n cache\n}', '. {\n cache {\n  negative_ttl record\n }\n}', ['negative-ttl']],
    ['what is not there', '. {\n forward . 192.0.2.1\n}', '. {\n forward . 192.0.2.1\n cache\n}', ['upstream-option-to-client', 'ad-unasked']],
    ['words of a line', '. {\n cache\n rewrite stop edns0 subnet set 24 56\n}', '. {\n cache\n rewrite stop edns0 nsid set\n}', ['rewrite-edns0-cached']],
    ['options of any kind', '. {\n dns64 64:ff9b::/96 {\n  allow_ipv4\n }\n}', '. {\n dns64 64:ff9b::/96\n}', ['dns64-prefix-options']],
  ])('by %s', (_what, text, without, ids) => {
    expect(lostBy(text, without)).toEqual(ids);
  });

  it('not where directives are in blocks apart', () => {
    expect(idsIn('a {\n errors\n}\nb {\n forward . 192.0.2.1\n}')).not.toContain('errors-local-address');
  });

  it('say in which blocks, counted from 0', () => {
    const corefile = parseCorefile('a {\n minimal\n}\nb {\n}\nc {\n minimal\n cache\n}', { file: 'Corefile' });
    expect(touching(corefile.written.blocks).find(({ difference }) => difference.id === 'minimal-cname')?.blocks).toEqual([0, 2]);
  });

  it('see what imports bring', () => {
    expect(idsIn('(common) {\n minimal\n}\n. {\n import common\n}')).toContain('minimal-cname');
  });
});
