import { describe, expect, it } from 'vitest';
import { DROP, dump, forward, match, nftLab, payload } from './support.ts';

describe('a set that rules change', () => {
  const seen = {
    kind: 'set',
    is: { name: 'seen', type: 'ipv4_addr', flags: ['timeout'], timeout: 10, size: 2 },
  } as const;
  const note = (op: 'add' | 'update' | 'delete'): object => ({
    set: { op, elem: payload('ip', 'saddr'), set: '@seen' },
  });
  const port = (dport: number): object => match(payload('udp', 'dport'), dport);
  const fresh = () =>
    nftLab(
      dump({
        objects: [seen],
        chains: [
          {
            name: 'c',
            base: forward,
            rules: [
              [port(1), note('add'), DROP],
              [port(2), note('update'), DROP],
              [port(3), note('delete'), DROP],
              [match(payload('ip', 'saddr'), '@seen'), DROP],
            ],
          },
        ],
      }),
    );
  const ask = (dport: number, source = '10.244.1.5'): string => `pod1: udp ${source}:40000 > 10.244.1.6:${dport}`;

  it('has what was added, until its time is over', () => {
    const node = fresh();
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
    node.send(ask(1));
    expect(node.send(ask(9)).outcome.kind).toBe('dropped');
    node.wait(10);
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });

  it('keeps what update renews, and not what add does', () => {
    for (const [dport, expected] of [
      [1, 'forwarded'],
      [2, 'dropped'],
    ] as const) {
      const node = fresh();
      node.send(ask(1));
      node.wait(6);
      node.send(ask(dport));
      node.wait(6);
      expect(node.send(ask(9)).outcome.kind).toBe(expected);
    }
  });

  it('loses what was deleted', () => {
    const node = fresh();
    node.send(ask(1));
    node.send(ask(3));
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });

  it('takes no more than its size: the rule ends there', () => {
    const node = fresh();
    for (const source of ['10.244.1.5', '10.244.1.7']) expect(node.send(ask(1, source)).outcome.kind).toBe('dropped');
    expect(node.send(ask(1, '10.244.1.8')).outcome.kind).toBe('forwarded');
  });

  it('lets what was there expire as the dump says', () => {
    const elem = [{ elem: { val: '10.244.1.5', timeout: 10, expires: 3 } }];
    const node = nftLab(
      dump({
        objects: [{ kind: 'set', is: { ...seen.is, elem } }],
        chains: [{ name: 'c', base: forward, rules: [[match(payload('ip', 'saddr'), '@seen'), DROP]] }],
      }),
    );
    expect(node.send(ask(9)).outcome.kind).toBe('dropped');
    node.wait(3);
    expect(node.send(ask(9)).outcome.kind).toBe('forwarded');
  });
});
