import type { Journey } from '@nodelocal/netfilter-sim';
import { flightFrom, newHostState, parsePacket, run, seededChance } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.244.1.6:53';
const node = lab(
  rules({
    mangle: ['-A PREROUTING -p udp -j MARK --set-xmark 0x1/0x1'],
    filter: ['-A FORWARD -p tcp -j NFQUEUE --queue-num 1', '-A FORWARD -p udp -j ACCEPT', '-A OUTPUT -m owner --uid-owner 7 -j DROP'],
  }),
);

const undecided = (): Journey =>
  run(node.host, newHostState(), flightFrom(node.host, 'local: udp 172.18.0.2:1 > 172.18.0.9:2', { kind: 'unknown' }), seededChance(1));

describe('a matcher fails, negated or not,', () => {
  it('where the way was not followed to its end', () => {
    expect(() => expect(undecided()).toBeSent()).toThrow(/^whether the packet is sent is not known: it was not followed further/);
    expect(() => expect(undecided()).not.toBeSent()).toThrow(/^whether the packet is sent is not known/);
  });

  it('where the packet is held', () => {
    const held = node.send('pod1: tcp 10.244.1.5:1 > 10.244.1.6:2');
    expect(held).toBeHeld({ by: 'filter FORWARD rule 1' });
    expect(() => expect(held).not.toBeDropped()).toThrow(/^whether the packet is dropped is not known: it was held in queue 1/);
  });

  it.each(['by', 'through'] as const)('where the node does not have the place that "%s" names', (claim) => {
    const claimed = { [claim]: 'filter FORWARD rule 9' };
    expect(() => expect(node.send(QUERY)).toBeForwarded(claimed)).toThrow('this node has no filter FORWARD rule 9');
    expect(() => expect(node.send(QUERY)).not.toBeForwarded(claimed)).toThrow('this node has no filter FORWARD rule 9');
  });

  it.each([
    [{ device: 'eht0' }, /^this node has no device eht0: it has lo, /],
    [{ to: '10.96.0.10.53' }, /^10\.96\.0\.10\.53 is no end of a packet: write /],
    [{ from: '10.244.1.5:70000' }, /^10\.244\.1\.5:70000 is no end of a packet: write /],
    [{ socket: 'opened' as never }, /^there is no socket "opened": it is one of open, closed, none, unknown$/],
  ])('where nothing could be as is claimed: %j', (claimed, message) => {
    expect(() => expect(node.send(QUERY)).toBeForwarded(claimed)).toThrow(message);
    expect(() => expect(node.send(QUERY)).not.toBeForwarded(claimed)).toThrow(message);
  });

  it('where it is no packet’s way that is claimed of', () => {
    expect(() => expect(QUERY).not.toBeForwarded()).toThrow('these matchers are for what `send` of a node gives, or `run`');
  });

  it('where there is no such claim', () => {
    expect(() => expect(node.send(QUERY)).not.toBeForwarded({ buy: 'filter FORWARD rule 1' } as never)).toThrow(
      'there is no claim "buy": it is one of untracked, by, through, socket, to, from, device',
    );
  });
});

describe('a claim', () => {
  it('of an end is about the address, however that is spelled, and the port where one is written', () => {
    const { packet } = parsePacket('eth0: udp [fd00::1]:53 > [fd00::a]:40000');
    const way = { ...node.send(QUERY), packet };
    expect(way).toBeForwarded({ from: '[FD00:0::1]:53', to: 'fd00::a' });
    expect(way).not.toBeForwarded({ to: 'fd00::b' });
    expect(way).not.toBeForwarded({ from: '[fd00::1]:54' });
  });

  it('tells the rule that decided from one that the packet passed', () => {
    const sent = node.send(QUERY);
    expect(sent).toBeForwarded({ by: 'filter FORWARD rule 2', through: 'mangle PREROUTING rule 1' });
    expect(sent).not.toBeForwarded({ by: 'mangle PREROUTING rule 1' });
    expect(sent).not.toBeForwarded({ through: 'filter FORWARD rule 1' });
  });

  it('tells a socket that listens from one that does not', () => {
    expect(node.send('eth0: udp 172.18.0.9:1 > 172.18.0.2:53')).toBeDelivered({ socket: 'open' });
    expect(node.send('eth0: udp 172.18.0.9:1 > 172.18.0.2:54')).toBeDelivered({ socket: 'closed' });
    expect(node.send('eth0: udp 172.18.0.9:1 > 172.18.0.2:54')).not.toBeDelivered({ socket: 'open' });
  });
});
