import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const PROXY = rules({
  raw: ['-A PREROUTING -p tcp -m tcp --dport 80 --syn -j CT --notrack'],
  filter: ['-A FORWARD -p tcp -m tcp --dport 80 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --mss 1400'],
});

/** As SYNPROXY needs it: an ACK opens no connection. */
const STRICT = 'net.ipv4.ip_forward = 1\nnet.netfilter.nf_conntrack_tcp_loose = 0\n';

describe('SYNPROXY', () => {
  it('answers an open in place of the server, which does not hear of it', () => {
    const node = lab(PROXY);
    const { outcome, answers } = node.send('pod1: tcp 10.244.1.5:4000 > 10.244.2.7:80 flags S seq 1000 mss 1460');
    expect(outcome).toMatchObject({ kind: 'dropped', reason: { kind: 'answered-open', table: 'filter', chain: 'FORWARD', number: 1 } });
    expect(answers).toMatchObject([
      {
        packet: { src: '10.244.2.7', dst: '10.244.1.5', sport: 80, dport: 4000, flags: 0x12, acknowledgement: 1001, window: 0, options: { maximumSegmentSize: 1400 } },
        outcome: { kind: 'sent', device: 'pod1' },
      },
    ]);
    expect(node.table()).toEqual([]);
  });

  it('asks whether an ACK fits what it said', () => {
    const { outcome } = lab(PROXY, { 'sysctl.txt': STRICT }).send('pod1: tcp 10.244.1.5:4000 > 10.244.2.7:80 flags A');
    expect(outcome).toMatchObject({ kind: 'not-modelled', question: expect.stringContaining('whether it acknowledges a SYN,ACK of SYNPROXY') as string });
  });
});

describe('connlabel --set', () => {
  it('puts the label on the connection, for its next packets too', () => {
    const node = lab(rules({ filter: ['-A FORWARD -p udp -m connlabel --label 3', '-A FORWARD -p udp -m ttl --ttl-lt 60 -m connlabel --label 3 --set', '-A FORWARD -p udp -m connlabel ! --label 3'] }));
    const met = (ttl: number): readonly string[] => node.marks(node.send(`pod1: udp 10.244.1.5:4000 > 10.244.2.7:53 ttl ${ttl}`)).filter((mark) => mark.includes(':rule:'));
    expect(met(64)).toEqual(['filter:FORWARD:rule:3']);
    expect(met(30)).toEqual(['filter:FORWARD:rule:2']);
    expect(met(64)).toEqual(['filter:FORWARD:rule:1']);
  });

  it('is not known any more where it hangs on a question whether it was put on', () => {
    const node = lab(rules({ filter: ['-A FORWARD -m cpu --cpu 0 -m connlabel --label 3 --set -m mark --mark 0x9', '-A FORWARD -m connlabel --label 3 -j DROP'] }));
    expect(node.send('pod1: udp 10.244.1.5:4000 > 10.244.2.7:53').outcome).toMatchObject({ kind: 'not-modelled', question: expect.stringContaining('label 3 of the connection') as string });
  });
});
