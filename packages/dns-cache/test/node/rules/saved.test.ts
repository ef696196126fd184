import { describe, expect, it } from 'vitest';
import { readSaved } from '../../../src/node/rules/saved.ts';

const placesOf = (raw: string, filter = ''): unknown =>
  readSaved({ raw, filter }).map(({ table, chain, policy, specs }) => `${table} ${chain} ${policy}: ${specs.join(' | ')}`);

describe('what iptables-save says', () => {
  it('is read by chain', () => {
    const raw = '# Generated\n*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT DROP [1:2]\n:mine - [0:0]\n-A PREROUTING -i lo -j X\n[4:5] -A OUTPUT -j Y\n-A mine -j Z\n-A OUTPUT -j W\nCOMMIT\n';
    expect(placesOf(raw)).toEqual(['filter INPUT ACCEPT: ', 'filter OUTPUT ACCEPT: ', 'raw PREROUTING ACCEPT: -i lo -j X', 'raw OUTPUT DROP: -j Y | -j W']);
  });

  it('may have other tables before and after', () => {
    const all = '*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j N\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -j F\nCOMMIT\n*raw\n-A OUTPUT -j R\nCOMMIT\n';
    expect(placesOf(all, all)).toEqual(['filter INPUT DROP: -j F', 'filter OUTPUT ACCEPT: ', 'raw PREROUTING ACCEPT: ', 'raw OUTPUT ACCEPT: -j R']);
  });

  it('is nothing where the table is not there', () => {
    expect(placesOf('', '*nat\n-A OUTPUT -j N\nCOMMIT\n')).toEqual(['filter INPUT ACCEPT: ', 'filter OUTPUT ACCEPT: ', 'raw PREROUTING ACCEPT: ', 'raw OUTPUT ACCEPT: ']);
  });

  it('may be what iptables -S says', () => {
    expect(placesOf('', '-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N x\n-A INPUT -j F\n')).toEqual([
      'filter INPUT DROP: -j F',
      'filter OUTPUT ACCEPT: ',
      'raw PREROUTING ACCEPT: ',
      'raw OUTPUT ACCEPT: ',
    ]);
  });
});
