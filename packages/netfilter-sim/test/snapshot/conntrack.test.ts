import { atMs, printConntrack, readConntrack } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

/** As conntrack 1.4.7 printed it on Linux 6.18. */
const PLAIN = `udp      17 29 src=127.0.0.1 dst=127.0.0.1 sport=53032 dport=53 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=53 dport=53032 mark=0 use=1
udp      17 29 src=::1 dst=::1 sport=52568 dport=53 [UNREPLIED] src=::1 dst=::1 sport=53 dport=52568 mark=0 use=1
udp      17 29 src=127.0.0.1 dst=127.0.0.1 sport=53032 dport=99 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=99 dport=53032 mark=0 zone=5 use=1
icmp     1 29 src=127.0.0.1 dst=127.0.0.1 type=8 code=0 id=7 src=127.0.0.1 dst=127.0.0.1 type=0 code=0 id=7 mark=0 use=1
tcp      6 9 CLOSE src=127.0.0.1 dst=127.0.0.1 sport=53668 dport=80 src=127.0.0.1 dst=127.0.0.1 sport=80 dport=53668 [ASSURED] mark=0 use=1
unknown  200 599 src=127.0.0.1 dst=127.0.0.1 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 mark=0 use=1
udp      17 29 src=127.0.0.1 dst=127.0.0.1 sport=53032 dport=98 zone-orig=6 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=98 dport=53032 mark=16 use=1
`;

const EXTENDED = PLAIN.replaceAll(/^/gm, 'ipv4     2 ').replace(/ipv4 {5}2 (.*::1)/, 'ipv6     10 $1').replace(/ipv4 {5}2 $/, '');

const rewrite = (text: string, form: 'plain' | 'extended'): string =>
  printConntrack(readConntrack('conntrack.txt', text, { translated: true }), atMs(0), form);

describe('conntrack -L', () => {
  it('is read in both forms and printed in either', () => {
    for (const text of [PLAIN, EXTENDED]) {
      expect(rewrite(text, 'plain')).toBe(PLAIN);
      expect(rewrite(text, 'extended')).toBe(EXTENDED);
    }
  });

  it('is read and printed with the counts of nf_conntrack_acct', () => {
    const [first = ''] = PLAIN.split('\n');
    const counted = `${first.replace(' [UNREPLIED]', ' packets=3 bytes=96 [UNREPLIED]').replace(' mark=', ' packets=0 bytes=0 mark=')}\n`;
    expect(rewrite(counted, 'plain')).toBe(counted);
    expect(() => rewrite(counted.replace('bytes=96', 'bytes=many'), 'plain')).toThrow('expected bytes= with a number');
  });

  it('is empty where nothing is tracked', () => {
    expect(rewrite('conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n', 'plain')).toBe('');
  });
});

describe('a connection that was there before', () => {
  const entry = (state: string, flags: string): string =>
    `udp 17 ${state} src=10.244.1.5 dst=10.96.0.10 sport=4000 dport=53 ${flags} src=10.244.2.7 dst=10.244.1.5 sport=53 dport=4000 mark=7 use=1\n`;
  const nat = rules({ nat: ['-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.9.9'], filter: ['-A FORWARD -m connmark --mark 0x7'] });

  it('keeps its backend, whatever the rules say now', () => {
    const node = lab(nat, { 'conntrack.txt': entry('20', '') });
    const query = node.send('pod1: udp 10.244.1.5:4000 > 10.96.0.10:53');
    expect(query.packet.dst).toBe('10.244.2.7');
    expect(node.marks(query)).toContain('filter:FORWARD:rule:1');
    expect(node.send('eth0: udp 10.244.2.7:53 > 10.244.1.5:4000').packet.src).toBe('10.96.0.10');
  });

  it('carries on with its counts; one without them is never counted', () => {
    const counting = rules({ filter: ['-A FORWARD -m connbytes --connbytes 7 --connbytes-dir original --connbytes-mode packets'] });
    const line = (count: string): string =>
      `udp 17 20 src=10.244.1.5 dst=10.244.2.7 sport=4000 dport=53 ${count} src=10.244.2.7 dst=10.244.1.5 sport=53 dport=4000 ${count} mark=0 use=1\n`;
    for (const [before, meets] of [['packets=6 bytes=192', true], ['packets=5 bytes=160', false], ['', false]] as const) {
      const node = lab(counting, { 'conntrack.txt': line(before) });
      const query = node.send('pod1: udp 10.244.1.5:4000 > 10.244.2.7:53');
      expect(node.marks(query).includes('filter:FORWARD:rule:1')).toBe(meets);
    }
  });

  it('is over when its time is', () => {
    const node = lab(nat, { 'conntrack.txt': entry('20', '[UNREPLIED]') });
    node.wait(20);
    expect(node.send('pod1: udp 10.244.1.5:4000 > 10.96.0.10:53').packet.dst).toBe('10.244.9.9');
  });

  it('of TCP goes on with its next segment', () => {
    const tcp = 'tcp 6 431999 ESTABLISHED src=10.244.1.5 dst=10.96.0.10 sport=4000 dport=53 src=10.244.2.7 dst=10.244.1.5 sport=53 dport=4000 [ASSURED] mark=0 use=1\n';
    const node = lab(nat, { 'conntrack.txt': tcp });
    expect(node.send('pod1: tcp 10.244.1.5:4000 > 10.96.0.10:53 flags A').packet.dst).toBe('10.244.2.7');
    expect(node.send('eth0: tcp 10.244.2.7:53 > 10.244.1.5:4000 flags A').packet.src).toBe('10.96.0.10');
    expect(node.table()[0]).toMatch(/ESTABLISHED .*\[ASSURED\]/);
  });

  it('is not followed where its line is not understood, or a flowtable has it', () => {
    const tuple = 'src=10.244.1.5 dst=10.96.0.10 sport=4000 dport=53 src=10.244.2.7 dst=10.244.1.5 sport=53 dport=4000';
    for (const [line, why] of [
      [`udp 17 20 ${tuple} [OFFLOAD] mark=0 use=1`, /offloaded/],
      [`tcp 6 20 DREAMING ${tuple} mark=0 use=1`, /not understood \(lab\/conntrack\.txt:2\)/],
      [`ipv4 2 tcp 6 ${tuple} [HW_OFFLOAD] mark=0 use=1`, /offloaded/],
    ] as const) {
      const name = line.includes('udp') ? 'udp' : 'tcp';
      const flags = name === 'tcp' ? ' flags A' : '';
      const node = lab(nat, { 'conntrack.txt': `${PLAIN.split('\n')[0]}\n${line}\n` });
      for (const packet of [`pod1: ${name} 10.244.1.5:4000 > 10.96.0.10:53`, `eth0: ${name} 10.244.2.7:53 > 10.244.1.5:4000`]) {
        expect(node.send(`${packet}${flags}`).outcome).toEqual({ kind: 'not-modelled', what: expect.stringMatching(why) as string });
      }
      expect(node.send(`pod1: ${name} 10.244.1.5:4001 > 10.96.0.10:53${flags}`).outcome.kind).not.toBe('not-modelled');
    }
  });
});
