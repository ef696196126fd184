import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const INPUT = rules({ filter: ['-A INPUT -p udp -m udp --dport 5353 -j ACCEPT'] });
const TO_GROUP = 'eth0: udp 172.18.0.9:5353 > 224.0.0.251:5353';

describe('a packet to a group', () => {
  it('that nobody has joined reaches no rule of INPUT', () => {
    expect(lab(INPUT).send(TO_GROUP).outcome).toEqual({ kind: 'dropped', reason: { kind: 'not-joined', device: 'eth0' } });
  });

  it('is heard where the kernel itself is a member', () => {
    expect(lab(INPUT).send('eth0: udp 172.18.0.9:5353 > 224.0.0.1:5353')).toBeDelivered({ by: 'filter INPUT rule 1' });
  });

  it('is a question where a socket on its port may have joined', () => {
    const { outcome } = lab(INPUT, { 'ss.txt': 'udp UNCONN 0 0 0.0.0.0:5353 0.0.0.0:*\n' }).send(TO_GROUP);
    expect(outcome).toMatchObject({ kind: 'not-modelled', question: 'whether eth0 has joined 224.0.0.251' });
  });

  it('is a question for a protocol whose sockets nobody lists', () => {
    expect(lab(INPUT).send('eth0: 112 172.18.0.9 > 224.0.0.18').outcome.kind).toBe('not-modelled');
  });
});

describe('what the host sends to a group', () => {
  const sent = lab(INPUT).send('local: udp 172.18.0.2:40000 > 224.0.0.1:5353');

  it('goes out, and comes in again where the host is a member', () => {
    expect(sent.outcome).toEqual({ kind: 'sent', device: 'eth0' });
    expect(sent.answers).toHaveLength(1);
    expect(sent.answers[0]?.trace[0]).toMatchObject({ kind: 'copied', device: 'eth0' });
    expect(sent.answers[0]).toBeDelivered({ by: 'filter INPUT rule 1' });
  });

  it('is not heard where nobody has joined it', () => {
    expect(lab(INPUT).send('local: udp 172.18.0.2:40000 > 239.9.9.9:5353').answers).toEqual([]);
  });
});

describe('a piece of a datagram', () => {
  const PIECE = 'eth0: udp 172.18.0.9:53 > 10.244.1.5:53 fragment later';

  it('waits for the others where conntrack wants the whole', () => {
    const tracking = rules({ filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] });
    expect(lab(tracking).send(PIECE).outcome).toEqual({ kind: 'not-modelled', what: 'putting a datagram together of its pieces' });
  });

  it('is a packet like another where nothing does', () => {
    expect(lab(rules({ filter: ['-A FORWARD -f -j DROP'] })).send(PIECE).outcome).toMatchObject({ kind: 'dropped', reason: { kind: 'rule' } });
  });
});
