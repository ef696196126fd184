import { describe, expect, it } from 'vitest';
import type { Journey } from '@nodelocal/netfilter-sim';
import { lab, rules } from '../support/lab.ts';

const sportOf = ({ packet }: Journey): number => (packet.kind === 'udp' || packet.kind === 'tcp' ? packet.sport : -1);

const twoPods = (options: string, port: number, seed = 1): readonly [number, number] => {
  const node = lab(rules({ nat: [`-A POSTROUTING -o eth0 -j MASQUERADE${options}`] }), {}, seed);
  const first = node.send(`pod1: udp 10.244.1.5:${port} > 10.244.2.7:53`);
  const second = node.send(`pod2: udp 10.244.1.6:${port} > 10.244.2.7:53`);
  return [sportOf(first), sportOf(second)];
};

describe('a masqueraded source port', () => {
  it.each([
    ['of privilege stays below 512', 100, 1, 511],
    ['of the middle class stays there', 700, 600, 1023],
    ['of the many stays among them', 2000, 1024, 65_535],
  ])('%s when it has to move', (_class, port, min, max) => {
    for (let seed = 0; seed < 50; seed += 1) {
      const [first, second] = twoPods('', port, seed);
      expect(first).toBe(port);
      expect(second).not.toBe(port);
      expect(second).toBeGreaterThanOrEqual(min);
      expect(second).toBeLessThanOrEqual(max);
    }
  });

  it('is drawn anew with --random-fully', () => {
    const [first] = twoPods(' --random-fully', 2000);
    expect(first).not.toBe(2000);
  });

  it('moves without any rule, where a flow would take the tuple of another', () => {
    const node = lab(rules({ nat: ['-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.2.7:53'] }));
    expect(sportOf(node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53'))).toBe(1000);
    // Same backend, same source: the reply could not be told from the other flow's.
    expect(sportOf(node.send('pod1: udp 10.244.1.5:1000 > 10.96.0.10:53'))).not.toBe(1000);
    expect(node.state.conntrack.counters.found).toBeGreaterThan(0);
  });

  it('is one mapping for all destinations of a source, while that is free', () => {
    const node = lab(rules({ nat: ['-A POSTROUTING -o eth0 -p udp -j SNAT --to-source 172.18.0.2:5000-5100'] }));
    const first = sportOf(node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53'));
    expect(sportOf(node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.8:53'))).toBe(first);
  });
});

it('undoes the source translation of a reply before routing', () => {
  const node = lab(rules({ nat: ['-A POSTROUTING -o eth0 -j MASQUERADE'] }));
  node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53');
  const reply = node.send('eth0: udp 10.244.2.7:53 > 172.18.0.2:1000');
  expect(reply.outcome).toEqual({ kind: 'forwarded', device: 'pod1' });
  expect(reply.packet).toMatchObject({ dst: '10.244.1.5', dport: 1000 });
});
