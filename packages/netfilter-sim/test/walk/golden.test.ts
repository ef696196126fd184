import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

/** What was seen on Linux 6.18, in the words of the specification's golden vectors. */

const DNAT = '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.244.2.7:53';
const NOTRACK = '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK';
const QUERY = 'pod1: udp 10.244.1.5:36127 > 10.96.0.10:53';

describe('destination translation', () => {
  it('tracks the query, translates it before routing and turns the reply back', () => {
    const node = lab(rules({ nat: [DNAT], filter: [] }));
    const query = node.send(QUERY);
    expect(query.outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
    expect(query.packet).toMatchObject({ dst: '10.244.2.7', dport: 53, ttl: 63 });
    expect(node.marks(query)).toEqual(['nat:PREROUTING:rule:1', 'filter:FORWARD:policy:1', 'nat:POSTROUTING:policy:1']);
    expect(node.table()).toEqual([
      'udp      17 30 src=10.244.1.5 dst=10.96.0.10 sport=36127 dport=53 [UNREPLIED] src=10.244.2.7 dst=10.244.1.5 sport=53 dport=36127',
    ]);

    const reply = node.send('eth0: udp 10.244.2.7:53 > 10.244.1.5:36127');
    expect(reply.outcome).toEqual({ kind: 'forwarded', device: 'pod1' });
    expect(reply.packet).toMatchObject({ src: '10.96.0.10', sport: 53 });
    expect(node.marks(reply)).toEqual(['filter:FORWARD:policy:1']);
  });

  it('happens before routing, so an address of the node does not stop it', () => {
    const node = lab(rules({ nat: [DNAT] }));
    expect(node.send(QUERY).outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
  });

  it('in OUTPUT routes again, which only POSTROUTING sees', () => {
    const by = (chain: string): readonly string[] => ['eth0', 'pod1'].map((device) => `-A ${chain} -o ${device} -j MARK --set-xmark 0x0/0x0`);
    const node = lab(rules({ mangle: by('POSTROUTING'), nat: ['-A OUTPUT -d 10.244.2.7/32 -j DNAT --to-destination 10.244.1.5'], filter: by('OUTPUT') }));
    const journey = node.send('local: udp 172.18.0.2:1000 > 10.244.2.7:53');
    expect(journey.outcome).toEqual({ kind: 'sent', device: 'pod1' });
    const marks = node.marks(journey);
    expect(marks.filter((mark) => mark.startsWith('filter:'))).toEqual(['filter:OUTPUT:rule:1', 'filter:OUTPUT:policy:3']);
    expect(marks.filter((mark) => mark.startsWith('mangle:POSTROUTING'))).toEqual(['mangle:POSTROUTING:rule:2', 'mangle:POSTROUTING:policy:3']);
  });

  it('carries an ICMP error of the backend back to the client, as if from the cluster IP', () => {
    const node = lab(rules({ nat: [DNAT], filter: [] }));
    node.send(QUERY);
    // Nothing listens on the backend's port: the node of the backend is this one here.
    const closed = lab(rules({ nat: [DNAT.replace('10.244.2.7:53', '172.18.0.2:9')], filter: [] }));
    const { outcome, answers } = closed.send(QUERY);
    expect(outcome).toEqual({ kind: 'delivered', socket: 'closed' });
    expect(answers[0]?.outcome).toEqual({ kind: 'sent', device: 'pod1' });
    expect(answers[0]?.packet).toMatchObject({ kind: 'icmp', src: '10.96.0.10', dst: '10.244.1.5', icmpType: 3, icmpCode: 3 });
    expect(answers[0]?.packet).toMatchObject({ inner: { dst: '10.96.0.10', dport: 53 } });
    expect(closed.table()[0]).toContain('[UNREPLIED]');
  });
});

describe('NOTRACK', () => {
  it('keeps the packet away from nat and delivers it to the local address', () => {
    const node = lab(rules({ raw: [NOTRACK], nat: [DNAT], filter: [] }));
    const query = node.send(QUERY);
    expect(query.outcome).toEqual({ kind: 'delivered', socket: 'open' });
    expect(node.marks(query)).toEqual(['raw:PREROUTING:rule:1', 'raw:PREROUTING:policy:2', 'filter:INPUT:policy:1']);
    expect(node.table()).toEqual([]);
  });

  it('without rules for the reply leaves an entry of the reply', () => {
    const node = lab(rules({ raw: [NOTRACK], nat: [DNAT], filter: [] }));
    node.send(QUERY);
    const reply = node.send('local: udp 10.96.0.10:53 > 10.244.1.5:36127');
    expect(node.marks(reply)).toContain('nat:OUTPUT:policy:1');
    expect(node.table()).toEqual([
      'udp      17 30 src=10.96.0.10 dst=10.244.1.5 sport=53 dport=36127 [UNREPLIED] src=10.244.1.5 dst=10.96.0.10 sport=36127 dport=53',
    ]);
    // Then the pod's next query, once the raw rule is gone, belongs to that entry and is not translated.
    const untouched = lab(rules({ nat: [DNAT], filter: [] }));
    untouched.send('local: udp 10.96.0.10:53 > 10.244.1.5:36127');
    expect(untouched.send(QUERY).packet.dst).toBe('10.96.0.10');
  });

  it('is seen as UNTRACKED, not as INVALID, and not by a match on the connection mark', () => {
    const node = lab(
      rules({
        raw: [NOTRACK],
        filter: [
          '-A INPUT -m conntrack --ctstate INVALID -j DROP',
          '-A INPUT -m connmark ! --mark 0x5 -j DROP',
          '-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT',
          '-A INPUT -j DROP',
        ],
      }),
    );
    expect(node.marks(node.send(QUERY)).at(-1)).toBe('filter:INPUT:rule:3');
  });
});

describe('what is lazily enabled', () => {
  it('tracks nothing where no rule needs it', () => {
    const node = lab(rules({ raw: [NOTRACK], nat: ['-A PREROUTING -j ACCEPT'], filter: [] }));
    node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53');
    expect(node.table()).toEqual([]);
  });

  it('tracks everything once one rule does', () => {
    const node = lab(rules({ filter: ['-A INPUT -m conntrack --ctstate INVALID -j DROP'] }));
    node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53');
    expect(node.table()).toHaveLength(1);
  });
});

describe('loopback', () => {
  const states = (chain: string): readonly string[] =>
    ['INVALID', 'NEW', 'ESTABLISHED', 'UNTRACKED'].map((state) => `-A ${chain} -m conntrack --ctstate ${state} -j MARK --set-xmark 0x0/0x0`);

  it('shows raw OUTPUT no connection yet, and skips nat on the way in', () => {
    const node = lab(rules({ raw: [...states('OUTPUT'), ...states('PREROUTING')], mangle: states('INPUT'), nat: [], filter: [] }));
    const marks = node.marks(node.send('local: udp 127.0.0.1:4000 > 127.0.0.1:53'));
    expect(marks).toContain('raw:OUTPUT:rule:1');
    expect(marks).toContain('raw:PREROUTING:rule:2');
    expect(marks).toContain('mangle:INPUT:rule:2');
    expect(marks.filter((mark) => mark.startsWith('nat:'))).toEqual(['nat:OUTPUT:policy:1', 'nat:POSTROUTING:policy:1']);
    const reply = node.marks(node.send('local: udp 127.0.0.1:53 > 127.0.0.1:4000'));
    expect(reply).toContain('raw:OUTPUT:rule:1');
    expect(reply).toContain('raw:PREROUTING:rule:3');
  });
});

describe('packets that never arrive', () => {
  it('are dropped by REDIRECT on a device without an address, leaving nothing', () => {
    const node = lab(rules({ nat: ['-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353'] }));
    expect(node.send(QUERY).outcome).toEqual({ kind: 'dropped', reason: { kind: 'no-address-to-redirect' } });
    expect(node.table()).toEqual([]);
  });

  it('leave no entry when they are rejected, and the client hears of it', () => {
    const node = lab(rules({ filter: ['-A INPUT -p udp -m conntrack --ctstate NEW -j REJECT --reject-with icmp-port-unreachable'] }));
    const { outcome, answers } = node.send(QUERY);
    expect(outcome).toMatchObject({ kind: 'dropped', reason: { kind: 'rejected' } });
    expect(answers.map(({ packet, outcome: end }) => [packet.dst, end])).toEqual([['10.244.1.5', { kind: 'sent', device: 'pod1' }]]);
    expect(node.table()).toEqual([]);
  });

  it('run out of time to live before the FORWARD hook sees them', () => {
    const node = lab(rules({ filter: ['-A FORWARD -j DROP'] }));
    const { outcome, answers, trace } = node.send('pod1: udp 10.244.1.5:1000 > 10.244.2.7:53 ttl 1');
    expect(outcome).toEqual({ kind: 'dropped', reason: { kind: 'time-exceeded' } });
    expect(trace.filter(({ kind }) => kind === 'rule')).toEqual([]);
    expect(answers[0]?.packet).toMatchObject({ kind: 'icmp', icmpType: 11, icmpCode: 0, dst: '10.244.1.5' });
  });

  it('tell the sending program EPERM when OUTPUT drops them', () => {
    const node = lab(rules({ filter: ['-A OUTPUT -p udp -j DROP'] }));
    expect(node.send('local: udp 172.18.0.2:1000 > 172.18.0.9:53').outcome).toMatchObject({ kind: 'dropped', sendError: 1 });
  });
});

describe('TCP in the middle of a connection', () => {
  const track = rules({ filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] });

  it('is picked up by a bare ACK for 300 seconds', () => {
    const node = lab(track);
    node.send('pod1: tcp 10.244.1.5:1000 > 10.244.2.7:53 flags A');
    expect(node.table()[0]).toMatch(/^tcp {6}6 300 ESTABLISHED .*\[UNREPLIED\]/);
  });

  it('is not picked up when tcp_loose is off, nor by a SYN/ACK', () => {
    const strict = lab(track, { 'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.netfilter.nf_conntrack_tcp_loose = 0\n' });
    expect(strict.send('pod1: tcp 10.244.1.5:1000 > 10.244.2.7:53 flags A').outcome).toMatchObject({ kind: 'dropped' });
    expect(strict.state.conntrack.counters.invalid).toBe(1);
    expect(lab(track).send('pod1: tcp 10.244.1.5:1000 > 10.244.2.7:53 flags SA').outcome).toMatchObject({ kind: 'dropped' });
  });
});
