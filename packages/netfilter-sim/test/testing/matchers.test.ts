import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const node = () =>
  lab(
    rules({
      raw: [
        '-A PREROUTING -d 169.254.20.10/32 -p tcp -m tcp --dport 53 -j NOTRACK',
        '-A PREROUTING -d 169.254.20.10/32 -p udp -m udp --dport 53 -j NOTRACK',
        '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK',
      ],
      nat: ['-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.18.0.9:6443'],
      filter: ['-A FORWARD -d 10.244.1.6/32 -p udp -j REJECT --reject-with icmp-port-unreachable', '-A FORWARD -d 10.244.1.6/32 -j DROP'],
    }),
  );

const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

describe('a rule set is tested in sentences', () => {
  it('this packet is delivered to the node, untracked, by raw PREROUTING rule 3', () => {
    expect(node().send(QUERY)).toBeDelivered({ untracked: true, through: 'raw PREROUTING rule 3' });
  });

  it('this packet is forwarded to the API server, by eth0', () => {
    expect(node().send('pod1: tcp 10.244.1.5:40000 > 10.96.0.1:443')).toBeForwarded({
      to: '172.18.0.9:6443',
      from: '10.244.1.5',
      device: 'eth0',
      by: 'filter FORWARD policy',
      untracked: false,
    });
  });

  it('these packets come to nothing, and the first sender is told', () => {
    expect(node().send('pod1: udp 10.244.1.5:1 > 10.244.1.6:2')).toBeRejected({ by: 'filter FORWARD rule 1' });
    expect(node().send('pod1: tcp 10.244.1.5:1 > 10.244.1.6:2')).toBeDropped({ by: 'filter FORWARD rule 2' });
    expect(node().send('pod1: tcp 10.244.1.5:1 > 10.244.1.6:2')).not.toBeRejected();
  });

  it('this answer is sent', () => {
    expect(node().send('local: udp 10.96.0.10:53 > 10.244.1.5:40000')).toBeSent({ device: 'pod1' });
  });
});

describe('a failure', () => {
  const failureOf = (check: () => void): string => {
    try {
      check();
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    throw new Error('the check held');
  };

  it('shows the way that the packet took instead', () => {
    expect(failureOf(() => expect(node().send(QUERY)).toBeForwarded({ by: 'filter FORWARD rule 1', device: 'eth0' }))).toBe(
      [
        'expected the packet to be forwarded, by filter FORWARD rule 1, device eth0',
        'but it was delivered to a socket of this node, and filter FORWARD rule 1 did not decide, and it did not leave by eth0; this is its way:',
        '  in                     udp 10.244.1.5:40000 > 10.96.0.10:53, by pod1',
        '  PREROUTING  raw        rule 3: -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK',
        '                         policy ACCEPT',
        '              conntrack  skipped: untracked',
        '              nat        skipped: untracked, so nothing can be translated',
        '  routing                10.96.0.10 is an address of this node (on nodelocaldns)',
        '  INPUT       filter     policy ACCEPT',
        '              nat        skipped: untracked, so nothing can be translated',
        '  =                      delivered to a socket of this node',
      ].join('\n'),
    );
  });

  it('of a negation says so', () => {
    expect(failureOf(() => expect(node().send(QUERY)).not.toBeDelivered())).toMatch(/^expected the packet not to be delivered/);
  });
});
