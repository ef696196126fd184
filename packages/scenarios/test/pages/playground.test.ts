import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packInput, unpackInput } from '../../src/browser/link.ts';
import { answerPlayground } from '../../src/playground/answer.ts';
import type { PlaygroundAnswer } from '../../src/playground/answer.ts';
import { guessFile } from '../../src/playground/guess-file.ts';
import type { PlaygroundInput } from '../../src/playground/input.ts';
import { nodeFolder } from './nodes.ts';

const filesOf = (name: string): Readonly<Record<string, string>> => Object.fromEntries(readdirSync(nodeFolder(name)).map((file) => [file, readFileSync(join(nodeFolder(name), file), 'utf8')]));

const QUERY = { kind: 'packet', text: 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53' } as const;

const answered = (input: PlaygroundInput): Extract<PlaygroundAnswer, { kind: 'answer' }> => {
  const answer = answerPlayground(input);
  if (answer.kind === 'problem') throw new Error(answer.problem.reason);
  return answer;
};

describe('a packet on a pasted node', () => {
  it('has its ways there, and those without the cache', () => {
    const { stories, doctor } = answered({ files: filesOf('lesson'), ask: QUERY, seed: 1 });
    expect(stories.map(({ name, facts }) => [name, facts[0]?.value, facts[2]?.value])).toEqual([
      ['the way on this node', 'delivered to a socket of this node', '100.0 %'],
      ['way 1 of 2 without NodeLocal DNSCache', 'forwarded by eth0', '50.0 %'],
      ['way 2 of 2 without NodeLocal DNSCache', 'forwarded by eth0', '50.0 %'],
    ]);
    expect(stories.map(({ facts }) => facts.at(-1)?.value)).toEqual([
      'sent by cali5f3c9a1e0d2, as udp 10.96.0.10:53 > 192.168.82.65:40000',
      'forwarded by cali5f3c9a1e0d2, as udp 10.96.0.10:53 > 192.168.82.65:40000',
      'forwarded by cali5f3c9a1e0d2, as udp 10.96.0.10:53 > 192.168.82.65:40000',
    ]);
    expect(doctor[0]).toMatch(/^sound: /);
  });

  it('has only its own ways where there is no cache', () => {
    const { stories } = answered({ files: filesOf('kube-proxy'), ask: QUERY, seed: 1 });
    expect(stories.map(({ name }) => name)).toEqual(['way 1 of 2 on this node', 'way 2 of 2 on this node']);
  });

  it('has the host’s own answer as a moment with its cause', () => {
    const { stories } = answered({ files: { 'iptables-save.txt': '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p udp -j REJECT\nCOMMIT\n' }, ask: { kind: 'packet', text: 'local: udp 127.0.0.1:1 > 127.0.0.1:53' }, seed: 1 });
    expect(stories[0]?.moments.map(({ who, because }) => [who, because])).toEqual([['the packet', undefined], ['the node answers', 0]]);
  });
});

describe('an answer', () => {
  const dropping = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n';
  const tell = (text: string): unknown => answered({ files: { 'iptables-save.txt': dropping }, ask: { kind: 'packet', text }, seed: 1 }).stories[0]?.facts.at(-1)?.value;

  it('is walked on what the packet left behind', () => {
    expect(tell('lo: udp 10.0.0.1:1 > 127.0.0.1:53')).toBe('-');
    expect(tell('local: icmp 127.0.0.1 > 127.0.0.1 type 8')).toBe('-');
    const accepting = dropping.replace(':OUTPUT DROP', ':OUTPUT ACCEPT').replace('COMMIT', '-A OUTPUT -p udp -m udp --sport 53 -j DROP\nCOMMIT');
    const { stories } = answered({ files: { 'iptables-save.txt': accepting }, ask: { kind: 'packet', text: 'local: udp 127.0.0.1:1 > 127.0.0.1:53' }, seed: 1 });
    expect(stories[0]?.moments.map(({ who, because, lost }) => [who, because, lost])).toEqual([
      ['the packet', undefined, false],
      ['an answer, if there is one', 0, true],
    ]);
  });
});

describe('what cannot be read', () => {
  const rules = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp --dprot 53 -j DROP\nCOMMIT\n';

  it.each([
    ['rules', { files: { 'iptables-save.txt': rules }, ask: QUERY, seed: 1 }, { file: 'iptables-save.txt', line: 3 }],
    ['JSON', { files: { ...filesOf('lesson'), 'ip-addr.json': '[{]' }, ask: QUERY, seed: 1 }, { file: 'ip-addr.json', line: 1, column: 3 }],
    ['a packet', { files: filesOf('lesson'), ask: { kind: 'packet', text: 'hello' }, seed: 1 }, { reason: 'this is no packet', mend: expect.stringContaining('write it like') }],
    ['no node', { files: {}, ask: QUERY, seed: 1 }, { file: 'iptables-save.txt', mend: 'run iptables-save into it' }],
    ['a Corefile', { files: { ...filesOf('lesson'), corefile: '.:53 {\n  cahce 30\n}\n' }, ask: { kind: 'lookup', name: 'kubernetes.default' }, seed: 1 }, { line: 2, column: 3 }],
    ['the root', { files: filesOf('lesson'), ask: { kind: 'lookup', name: '.' }, seed: 1 }, { reason: '"." is no name' }],
    ['a long label', { files: filesOf('lesson'), ask: { kind: 'lookup', name: `${'a'.repeat(64)}.test` }, seed: 1 }, { reason: `"${'a'.repeat(64)}.test" is no name` }],
    ['what a Corefile asks over TLS', { files: { ...filesOf('lesson'), corefile: '.:53 {\n  bind 169.254.20.10 10.96.0.10\n  forward . tls://192.0.2.1\n}\n' }, ask: { kind: 'lookup', name: 'example.com' }, seed: 1 }, { file: 'corefile', reason: 'it asks 192.0.2.1 over TLS, which is not modelled; name an upstream of UDP or TCP' }],
    ['a name', { files: filesOf('lesson'), ask: { kind: 'lookup', name: 'a..b' }, seed: 1 }, { reason: '"a..b" is no name' }],
    ['a node without pods', { files: { 'iptables-save.txt': rules.replace('--dprot', '--dport') }, ask: { kind: 'lookup', name: 'kubernetes.default' }, seed: 1 }, { reason: expect.stringContaining('no pod is found') }],
  ] satisfies readonly (readonly [string, PlaygroundInput, object])[])('is told with its place: %s', (_, input, problem) => {
    expect(answerPlayground(input)).toMatchObject({ kind: 'problem', problem });
  });
});

describe('a name on a pasted node', () => {
  it('is looked up with the cache and without, and what was taken for granted is said', () => {
    const { stories, notes } = answered({ files: filesOf('lesson'), ask: { kind: 'lookup', name: 'kubernetes.default' }, seed: 1 });
    expect(stories.map(({ name, facts }) => [name, facts[0]?.value, facts[1]?.value])).toEqual([
      ['on this node', 'node-cache', '2 of 2'],
      ['without NodeLocal DNSCache', 'CoreDNS', '2 of 2'],
    ]);
    expect(notes).toContain('taken for granted: CoreDNS answers at 192.168.195.131 and 192.168.196.4; kubernetes.default is a Service of the cluster, at 10.96.0.1, and there is no other name');
  });

  it('finds nobody at the addresses of a cache without a Corefile', () => {
    const { corefile: _, ...files } = filesOf('lesson');
    const { stories, notes } = answered({ files, ask: { kind: 'lookup', name: 'kubernetes.default' }, seed: 1 });
    expect(stories[0]?.facts[1]).toEqual({ what: 'lookups resolved', value: '0 of 2' });
    expect(notes).toContain('there is no corefile, so the cache does not run here: nobody listens at its addresses');
  });
});

describe('a pasted text', () => {
  it.each(['lesson', 'kube-proxy'])('is known for the file that it is: %s', (name) => {
    for (const [file, text] of Object.entries(filesOf(name))) expect([file, guessFile(text)]).toEqual([file, file]);
  });

  it.each([
    ['ip6tables-save.txt', '*nat\n-A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -j KUBE-SVC-A\nCOMMIT\n'],
    ['nft-ruleset.txt', 'table ip kube-proxy {\n}\n'],
    ['iptables-S.txt', '-P INPUT ACCEPT\n-A INPUT -j DROP\n'],
    ['conntrack.txt', 'udp      17 28 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 mark=0 use=1\n'],
    ['ip-route.txt', 'default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2\n'],
    ['ip-addr.txt', '1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n'],
    ['ip-rule.txt', '0:\tfrom all lookup local\n'],
    [undefined, 'hello'],
  ])('is known by its first lines: %s', (file, text) => {
    expect(guessFile(text)).toBe(file);
  });
});

describe('a link', () => {
  it('holds all that was put in', async () => {
    const input: fc.Arbitrary<PlaygroundInput> = fc.record({
      files: fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'), fc.string({ unit: 'grapheme' })).map((files) => ({ ...files })),
      ask: fc.oneof(fc.record({ kind: fc.constant('packet' as const), text: fc.string() }), fc.record({ kind: fc.constant('lookup' as const), name: fc.string() })),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(input, async (one) => {
        const packed = await packInput(one);
        expect(packed).toMatch(/^[\w-]+$/);
        expect(await unpackInput(packed)).toEqual(one);
      }),
      { numRuns: 50 },
    );
  });

  it('that was cut off, or is none, holds nothing', async () => {
    const packed = await packInput({ files: filesOf('lesson'), ask: QUERY, seed: 1 });
    expect(packed.length).toBeLessThan(8000);
    for (const cut of [0, 1, 100, packed.length - 1]) expect(await unpackInput(packed.slice(0, cut))).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await unpackInput(text)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});
