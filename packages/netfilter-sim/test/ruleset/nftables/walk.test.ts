import { describeTrace, explore, flightFrom, functionsAt, kernelLines, newHostState, seededChance } from '@nodelocal/netfilter-sim';
import type { Possibility } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { flightOf, rules } from '../../support/lab.ts';
import { readRecorded } from './recorded.ts';
import { ACCEPT, ct, DROP, dump, forward, match, meta, nftLab, payload, translation } from './support.ts';

const TRACED = { mangle: { key: meta('nftrace'), value: 1 } };
const kubeProxy = readRecorded('kube-proxy').json;
const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

const ways = (packet: string): readonly Possibility[] => {
  const { host } = nftLab(kubeProxy);
  return explore(host, newHostState(), flightOf(packet), { ports: seededChance(1) }).possibilities;
};

// The cluster addresses of the rules are on no device here.
const files = {
  'ip-route.json': JSON.stringify([
    { dst: 'default', gateway: '172.18.0.1', dev: 'eth0' },
    { dst: '10.244.1.5', dev: 'pod1', scope: 'link' },
    { dst: '10.244.1.6', dev: 'pod2', scope: 'link' },
    { type: 'local', dst: '172.18.0.2', dev: 'eth0', table: 'local', scope: 'host' },
  ]),
};

describe("kube-proxy's rules", () => {
  it('lead to each endpoint with the same chance', () => {
    expect(ways(QUERY).map(({ journey, probability }) => [journey.packet.dst, probability])).toEqual([
      ['10.244.1.6', 0.5],
      ['10.244.2.7', 0.5],
    ]);
  });

  it('name the choice by the rule that makes it', () => {
    expect(ways(QUERY)[0]?.decisions.map(({ choice }) => choice.what)).toEqual([
      'numgen random mod 2 is 0, in ip kube-proxy service-dns/udp/53 handle 64',
    ]);
  });

  it('keep a client with its endpoint, and let it go after three hours', () => {
    const node = nftLab(kubeProxy, files);
    const target = (port: number): string => node.send(`pod1: tcp 10.244.1.5:${port} > 10.96.0.11:80`).packet.dst;
    const first = target(1000);
    expect(Array.from({ length: 12 }, (_, at) => target(1001 + at))).toEqual(Array.from({ length: 12 }, () => first));
    node.wait(10_801);
    const later = new Set(
      Array.from({ length: 12 }, (_, at) => {
        node.wait(10_801);
        return target(2000 + at);
      }),
    );
    expect(later.size).toBe(2);
  });

  it('masquerade what comes from outside, and pass on the answer', () => {
    const node = nftLab(kubeProxy, files, 3);
    const sent = node.send('eth0: udp 203.0.113.9:5000 > 172.18.0.2:30053');
    const { packet } = sent;
    expect(sent).toBeForwarded({ from: '172.18.0.2' });
    const port = packet.kind === 'udp' ? packet.sport : 0;
    const device = packet.dst === '10.244.1.6' ? 'pod2' : 'eth0';
    expect(node.send(`${device}: udp ${packet.dst}:53 > 172.18.0.2:${port}`)).toBeForwarded({
      to: '203.0.113.9:5000',
      from: '172.18.0.2:30053',
    });
  });

  it('reject what has no endpoints, and drop what no balancer lets in', () => {
    const node = nftLab(kubeProxy, files);
    expect(node.send('pod1: udp 10.244.1.5:1 > 10.96.0.12:53')).toBeRejected({
      by: 'ip kube-proxy reject-chain handle 36',
    });
    expect(node.send('eth0: udp 198.51.100.1:1 > 192.0.2.80:53')).toBeDropped();
    expect(node.send('eth0: udp 203.0.113.1:1 > 192.0.2.80:53')).toBeForwarded({ to: '10.244.1.6:53' });
  });

  it('leave alone what iptables left untracked (NodeLocal DNSCache)', () => {
    const raw = rules({ raw: ['-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK'] });
    expect(nftLab(kubeProxy, { 'iptables-save.txt': raw }).send(QUERY)).toBeDelivered({
      untracked: true,
      to: '10.96.0.10',
    });
    expect(nftLab(kubeProxy).send(QUERY)).toBeForwarded({ untracked: false });
  });
});

describe('base chains', () => {
  const at = (name: string, hook: string, prio: number, type: 'filter' | 'nat' | 'route' = 'filter') => ({
    name,
    base: { hook, prio, type },
    rules: [[{ counter: null }]],
  });
  const all = dump({
    chains: [
      at('early', 'prerouting', -250),
      at('same', 'prerouting', -150),
      at('tie', 'prerouting', -150),
      at('late', 'prerouting', 10),
      at('nat', 'prerouting', -300, 'nat'),
    ],
  });

  it.each([
    ['iptables', ['raw', 'early', 'conntrack', 'tie', 'same', 'mangle', 'nat', 'late']],
    ['nftables', ['raw', 'early', 'conntrack', 'mangle', 'tie', 'same', 'nat', 'late']],
  ] as const)('run by priority; of equals, those that were registered last (first: %s)', (registeredFirst, order) => {
    const host = { ...nftLab(all).host, registeredFirst };
    expect(
      functionsAt(host, 'ipv4', 'PREROUTING').map((one) => (one.runs === 'nftables' ? one.chain.name : one.runs)),
    ).toEqual(order);
  });

  it('accept for themselves alone; a drop is final', () => {
    const json = dump({
      chains: [
        { name: 'a', base: { ...forward, prio: -1 }, rules: [[ACCEPT]] },
        { name: 'b', base: { ...forward, policy: 'drop' }, rules: [] },
      ],
    });
    expect(nftLab(json).send('pod1: udp 10.244.1.5:1 > 10.244.1.6:53').outcome).toEqual({
      kind: 'dropped',
      reason: { kind: 'nft-policy', family: 'ip', table: 't', chain: 'b', handle: 0 },
    });
  });

  it('come back from a jump, and not from a goto', () => {
    const jump = (kind: 'jump' | 'goto', target: string): object => ({ [kind]: { target } });
    const chains = (kind: 'jump' | 'goto') =>
      dump({
        chains: [
          { name: 'base', base: forward, rules: [[jump('jump', 'outer')], [match(payload('udp', 'dport'), 53), DROP]] },
          { name: 'outer', rules: [[jump(kind, 'inner')], [ACCEPT]] },
          { name: 'inner', rules: [[{ return: null }], [DROP]] },
        ],
      });
    const packet = 'pod1: udp 10.244.1.5:1 > 10.244.1.6:53';
    expect(nftLab(chains('jump')).send(packet)).toBeForwarded();
    expect(nftLab(chains('goto')).send(packet)).toBeDropped({ by: 'ip t base handle 2' });
  });

  it('of type nat are asked in turn until one translates, and for the first packet only', () => {
    const dnat = (addr: string): readonly object[] => [
      match(payload('udp', 'dport'), 53),
      { counter: null },
      { dnat: { addr } },
    ];
    const json = dump({
      chains: [
        { name: 'other', base: { ...translation, prio: -120 }, rules: [[{ counter: null }, ACCEPT]] },
        { name: 'first', base: { ...translation, prio: -110 }, rules: [dnat('10.244.1.6')] },
        { name: 'second', base: translation, rules: [dnat('10.244.2.7')] },
      ],
    });
    const node = nftLab(json, {
      'iptables-save.txt': rules({
        nat: ['-A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination 10.244.2.8'],
      }),
    });
    for (let times = 0; times < 2; times += 1) expect(node.send(QUERY)).toBeForwarded({ to: '10.244.1.6:53' });
    expect(
      [1, 2, 3].map(
        (handle) =>
          node.state.counters.get(`nft ip t ${['other', 'first', 'second'][handle - 1]} handle ${handle}`)?.packets,
      ),
    ).toEqual([1, 1, undefined]);
  });

  it('track connections only where a rule needs it', () => {
    const counts = (rules: readonly (readonly object[])[]): number => {
      const node = nftLab(dump({ chains: [{ name: 'n', base: translation, rules }] }));
      node.send('pod1: udp 10.244.1.5:1 > 10.244.1.6:53');
      return node.conntrack().length;
    };
    expect(counts([[ACCEPT]])).toBe(0);
    expect(counts([[match(ct('state'), 'new', 'in'), ACCEPT]])).toBe(1);
    expect(counts([[match(payload('udp', 'dport'), 1), { masquerade: null }]])).toBe(1);
  });

  it('of type route let routing look again', () => {
    const chain = (type: 'filter' | 'route') =>
      dump({
        chains: [
          {
            name: 'o',
            base: { type, hook: 'output', prio: -150 },
            rules: [[{ mangle: { key: meta('mark'), value: 1 } }]],
          },
        ],
      });
    const again = (type: 'filter' | 'route'): boolean =>
      nftLab(chain(type))
        .send('local: udp 172.18.0.2:1 > 10.244.1.6:53')
        .trace.some((step) => step.kind === 'routed' && step.at === 'again');
    expect([again('route'), again('filter')]).toEqual([true, false]);
  });
});

it('a prefix of IPv4 that leaves the address as it is is not modelled: whether that counts as translated hangs on octets that nobody set', () => {
  const prefix = { addr: { prefix: { addr: '10.244.1.0', len: 24 } }, flags: 'netmap', type_flags: 'prefix' };
  const node = nftLab(dump({ chains: [{ name: 'n', base: translation, rules: [[{ dnat: prefix }]] }] }));
  expect(node.send('pod1: udp 10.244.1.5:40000 > 10.244.1.6:53').outcome.kind).toBe('not-modelled');
  expect(node.send('pod1: udp 10.244.1.5:40000 > 10.96.0.6:53')).toBeForwarded({ to: '10.244.1.6:53' });
});

it('OUTPUT keeps the device that it began with, after a translation too', () => {
  const json = dump({
    chains: [
      { name: 'n', base: { type: 'nat', hook: 'output', prio: -100 }, rules: [[{ dnat: { addr: '10.244.1.6' } }]] },
      { name: 'f', base: { hook: 'output', prio: 0 }, rules: [[match(meta('oifname'), 'pod2'), DROP]] },
    ],
  });
  expect(nftLab(json, files).send('local: udp 172.18.0.2:1 > 10.96.0.99:53')).toBeSent({ device: 'pod2' });
});

describe('a trace', () => {
  const json = dump({
    chains: [
      { name: 'pre', base: { hook: 'prerouting', prio: -350 }, rules: [[TRACED]] },
      {
        name: 'fwd',
        base: forward,
        rules: [[{ vmap: { key: payload('udp', 'dport'), data: { set: [[53, { goto: { target: 'dns' } }]] } } }]],
      },
      { name: 'dns', rules: [[{ counter: { packets: 0, bytes: 0 } }, DROP]] },
    ],
  });
  const node = nftLab(json);
  const packet = 'pod1: udp 10.244.1.5:40000 > 10.244.1.6:53';

  it('shows what nft monitor trace would', () => {
    const flight = flightFrom(node.host, packet, { kind: 'no-socket' });
    flight.traced = false;
    const { possibilities } = explore(node.host, newHostState(), flight, { ports: seededChance(1) });
    const header = (ttl: number): string =>
      `ip saddr 10.244.1.5 ip daddr 10.244.1.6 ip dscp cs0 ip ecn not-ect ip ttl ${ttl} ip length 28 udp sport 40000 udp dport 53 udp length 8`;
    expect(kernelLines(possibilities[0]?.journey.trace ?? [])).toEqual([
      `trace ip t pre packet: iif "pod1" ${header(64)}`,
      'trace ip t pre rule meta nftrace set 1 (verdict continue)',
      'trace ip t pre policy accept',
      `trace ip t fwd packet: iif "pod1" oif "pod2" ${header(63)}`,
      'trace ip t fwd rule udp dport vmap { 53 : goto dns } (verdict goto dns)',
      'trace ip t dns rule counter packets 0 bytes 0 drop (verdict drop)',
    ]);
  });

  it('tells a person the same', () => {
    const lines = describeTrace(node.send(packet).trace).map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.filter((line) => line.includes('ip t '))).toEqual([
      'PREROUTING nftables ip t pre handle 1: meta nftrace set 1',
      ' ip t pre policy accept',
      'FORWARD nftables ip t fwd handle 2: udp dport vmap { 53 : goto dns } (goto dns)',
      ' ip t dns handle 3: counter packets 0 bytes 0 drop',
      '= dropped by ip t dns handle 3',
    ]);
  });

  it('can be written as JSON', () => {
    expect(() => JSON.stringify(node.send(packet))).not.toThrow();
  });
});
