import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashedName } from '../../src/kube-proxy/services/hashed-name.ts';
import { durationText } from '../../src/kube-proxy/nftables/words.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { canLoad, listedAfterLoading } from './nft-tool.ts';
import { balancedBy, blockOf, familiesOf, HERE, NODE, service, slice, textOf, THERE } from './nftables-node.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const base32 = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .match(/.{5}/g)
    ?.map((five) => LETTERS[Number.parseInt(five, 2)])
    .join('') ?? '';

describe('a name', () => {
  it('has the hash that Node has of it, whatever its length', () => {
    for (let length = 0; length <= 200; length += 1) {
      const text = 'kube-system/kube-dns/tcp/dns-tcp__10.244.2.10/53;'.repeat(5).slice(0, length);
      expect(hashedName(text, 51)).toBe(base32(createHash('sha256').update(text).digest()).slice(0, 51));
    }
  });

  it('is cut off where it would be too long for nft', () => {
    const name = 's'.repeat(63);
    const objects = [
      { ...service(name, { clusterIP: 'fd00:96::1', ports: [{ name: 'p'.repeat(63), port: 80 }] }), metadata: { name, namespace: 'n'.repeat(63) } },
      {
        ...slice(name, [{ address: 'fd00:244:1111:2222:3333:4444:5555:6666', node: 'node1' }]),
        metadata: { name, namespace: 'n'.repeat(63), labels: { 'kubernetes.io/service-name': name } },
        ports: [{ name: 'p'.repeat(63), port: 65_535 }],
      },
    ];
    const chains = [...textOf(familiesOf(objects)).matchAll(/^\tchain (\S*\/\S*) \{$/gm)].map(([, chain]) => chain ?? '');
    expect(chains.map((chain) => chain.length)).toEqual([249, 212]);
    expect(chains[0]).toMatch(/^endpoint-[A-Z2-7]{8}-n+\/s+\/tcp\/p+__fd00\.244\.1111\.2222\.3333\.4444\.55\.\.\.$/);
  });
});

describe('what nft prints', () => {
  it.each([
    [1, '1s'],
    [90, '1m30s'],
    [10_800, '3h'],
    [86_400, '1d'],
    [86_399, '23h59m59s'],
  ])('%i seconds as %s', (seconds, text) => expect(durationText(seconds)).toBe(text));
});

describe('source ranges', () => {
  const firewall = (...ranges: readonly string[]): readonly string[] | undefined => {
    const spec = { type: 'LoadBalancer', loadBalancerSourceRanges: ranges };
    return blockOf(textOf(familiesOf([service('web', spec, balancedBy('203.0.113.7', '203.0.113.8')), slice('web', [HERE])])), 'ip', /^chain firewall-.*\//);
  };

  it.each([
    [['10.0.0.0/8'], '10.0.0.0/8'],
    [['10.0.0.5/32'], '10.0.0.5'],
    [['192.168.0.0/17', '10.0.0.0/8'], '{ 10.0.0.0/8, 192.168.0.0/17, 203.0.113.7-203.0.113.8 }'],
    [['10.0.0.0/9', '10.128.0.0/9'], '{ 10.0.0.0/8 }'],
    [['10.0.0.6/32', '10.0.0.7/32', '10.0.0.8/31'], '{ 10.0.0.6-10.0.0.9 }'],
    [['10.0.0.0/8', '10.1.0.0/16', '1.0.0.0/32'], '{ 1.0.0.0, 10.0.0.0/8 }'],
    [['192.168.9.0/24'], '{ 192.168.9.0/24, 203.0.113.7-203.0.113.8 }'],
    [['192.168.9.0/24', '203.0.113.0/24'], '{ 192.168.9.0/24, 203.0.113.0/24 }'],
  ])('%j: all but %s is dropped', (ranges, text) => expect(firewall(...ranges)).toEqual([`ip saddr != ${text} drop`]));

  it('of no bits, or of another family only, refuse nobody', () => {
    expect(firewall('10.0.0.0/8', '0.0.0.0/0')).toBeUndefined();
    expect(firewall('fd00::/8')).toBeUndefined();
  });
});

describe('cluster addresses that nobody has', () => {
  const ranges = (...cidrs: readonly string[]): readonly string[] | undefined => {
    const objects = [{ kind: 'ServiceCIDR', metadata: { name: 'kubernetes' }, spec: { cidrs } }];
    return blockOf(textOf(familiesOf(objects)), 'ip', 'chain cluster-ips-check')?.slice(1);
  };

  it('are refused in silence, where the cluster says which there are', () => {
    expect(ranges('10.96.0.0/12', 'fd00:10:96::/112')).toEqual(['ip daddr 10.96.0.0/12 drop comment "Drop traffic to unallocated ClusterIPs"']);
    expect(ranges('10.96.0.0/12', '10.200.0.0/16')).toEqual(['ip daddr { 10.96.0.0/12, 10.200.0.0/16 } drop comment "Drop traffic to unallocated ClusterIPs"']);
    expect(ranges('fd00:10:96::/112')).toEqual([]);
  });
});

describe('node ports', () => {
  const objects = [service('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }), slice('web', [HERE])];
  const atNode = (header: 'ip' | 'ip6', families: ReturnType<typeof familiesOf>): readonly unknown[] => {
    const text = textOf(families);
    return [blockOf(text, header, 'set nodeport-ips')?.slice(2), blockOf(text, header, 'chain services')?.[1]?.replace(/ meta l4proto.*/, '')];
  };

  it('are answered at the node’s own addresses', () => {
    expect(atNode('ip', familiesOf(objects))).toEqual([['elements = { 192.168.9.1 }'], 'ip daddr @nodeport-ips']);
    expect(atNode('ip6', familiesOf(objects, '--nodeport-addresses=primary'))).toEqual([['elements = { fd00:9::1 }'], 'ip6 daddr @nodeport-ips']);
  });

  it.each([
    ['ip', '0.0.0.0/0', 'fib daddr type local ip daddr != 127.0.0.0/8'],
    ['ip', 'fd00::/8', 'fib daddr type local ip daddr != 127.0.0.0/8'],
    ['ip6', '10.0.0.0/8', 'fib daddr type local ip6 daddr != ::1'],
  ] as const)('of %s are answered everywhere by --nodeport-addresses=%s', (header, ranges, match) =>
    expect(atNode(header, familiesOf(objects, '--nodeport-addresses', ranges))).toEqual([undefined, match]),
  );

  it('are answered nowhere where no address is within the ranges, or loopback only', () => {
    expect(atNode('ip', familiesOf(objects, '--nodeport-addresses', '127.0.0.0/8,172.16.0.0/12'))).toEqual([[], 'ip daddr @nodeport-ips']);
    expect(atNode('ip6', familiesOf(objects, '--nodeport-addresses', '::1/128'))).toEqual([[], 'ip6 daddr @nodeport-ips']);
  });

  it('are answered everywhere in a family that the node has no address of', () => {
    const node = { ...NODE, status: { addresses: [{ type: 'InternalIP', address: '192.168.9.1' }] } };
    expect(atNode('ip6', familiesOf([node, ...objects]))).toEqual([undefined, 'fib daddr type local ip6 daddr != ::1']);
  });
});

describe('what no pod of the node sends', () => {
  const marking = (...flags: readonly string[]): readonly string[] | undefined =>
    blockOf(textOf(familiesOf([service('web', {}), slice('web', [HERE])], ...flags)), 'ip', /^chain service-.*\//)?.slice(0, -1);

  it.each([
    [[], []],
    [['--cluster-cidr=fd00::/8'], []],
    [['--cluster-cidr=10.244.7.0/16,10.1.0.0/16'], ['ip daddr 10.96.0.1 ip saddr != 10.244.0.0/16 jump mark-for-masquerade']],
    [['--cluster-cidr=10.244.0.1/32'], ['ip daddr 10.96.0.1 ip saddr != 10.244.0.1 jump mark-for-masquerade']],
    [['--detect-local-mode=NodeCIDR'], ['ip daddr 10.96.0.1 ip saddr != 10.244.1.0/24 jump mark-for-masquerade']],
    [['--masquerade-all'], ['ip daddr 10.96.0.1 jump mark-for-masquerade']],
  ])('is masqueraded with %j by %j', (flags, lines) => expect(marking(...flags)).toEqual(lines));
});

describe('Services that want the same place', () => {
  const shared = { externalIPs: ['192.0.2.1'] };
  const both = [service('one', shared), service('two', { ...shared, clusterIP: '10.96.0.2' })];

  it('share an element: the comment is of the first, the verdict of the last', () => {
    const refused = blockOf(textOf(familiesOf(both)), 'ip', 'map no-endpoint-services')?.slice(2);
    expect(refused?.filter((line) => line.includes('192.0.2.1'))).toEqual(['192.0.2.1 . tcp . 80 comment "default/one" : goto reject-chain,']);
    const [, , ...led] = blockOf(textOf(familiesOf([...both, slice('one', [HERE]), slice('two', [HERE])])), 'ip', 'map service-ips') ?? [];
    expect(led.filter((line) => line.includes('192.0.2.1'))).toEqual([expect.stringMatching(/^192\.0\.2\.1 \. tcp \. 80 : goto external-.*\/two\/tcp\//)]);
  });
});

describe('a kube-proxy that runs', () => {
  const affine = { sessionAffinity: 'ClientIP', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] };
  const before = familiesOf([service('web', affine), slice('web', [HERE, THERE])]);

  it('leaves the chains empty that it has no use for, where they were, and deletes the sets', () => {
    const after = familiesOf([service('web', affine), slice('web', [THERE])]);
    const [fresh, left] = [textOf(after), textOf(after, before)];
    expect(blockOf(fresh, 'ip', /^chain endpoint-.*10\.244\.1\.5/)).toBeUndefined();
    expect(blockOf(left, 'ip', /^chain endpoint-.*10\.244\.1\.5/)).toEqual([]);
    expect(left.replace(/^\tchain endpoint-\S*10\.244\.1\.5\/8080 \{\n\t\}\n\n/m, '')).toBe(fresh);
  });

  it('puts new chains last', () => {
    const after = familiesOf([service('a', { clusterIP: '10.96.0.2' }), service('web', affine), slice('a', [HERE]), slice('web', [HERE, THERE])]);
    const order = (text: string): readonly string[] => [...text.matchAll(/^\tchain service-\w+-default\/(\w+)/gm)].map(([, name]) => name ?? '');
    expect(order(textOf(after))).toEqual(['a', 'web']);
    expect(order(textOf(after, before))).toEqual(['web', 'a']);
  });

  it('leaves an element that says the same as before with its old comment', () => {
    const comments = (text: string): readonly string[] => [...text.matchAll(/comment "(default\/\w+)"/g)].map(([, name]) => name ?? '');
    const [old, renamed] = [familiesOf([service('old', {})]), familiesOf([service('new', {})])];
    expect(comments(textOf(renamed))).toEqual(['default/new']);
    expect(comments(textOf(renamed, old))).toEqual(['default/old']);
    const led = familiesOf([service('old', {}), slice('old', [HERE])]);
    expect(comments(textOf(renamed, led))).toEqual(['default/new']);
  });

  it('writes what it wrote where nothing changed', () => expect(textOf(before, before)).toBe(textOf(before)));
});

describe('a family', () => {
  it('that the kernel has not has no table', () => {
    const { ipv4, ipv6 } = familiesOf([]);
    expect(writeNftables(undefined, undefined)).toBe('');
    expect(writeNftables(ipv4, undefined) + writeNftables(undefined, ipv6)).toBe(writeNftables(ipv4, ipv6));
    expect(writeNftables(ipv4, undefined)).toMatch(/^table ip kube-proxy \{\n/);
  });
});

it.skipIf(!canLoad())('what is seldom is in nft’s language too (skipped: needs root, nft 1.0.6 and namespaces)', () => {
  const ports = [{ port: 80, nodePort: 30080 }];
  const ranged = (name: string, clusterIP: string, loadBalancerSourceRanges: readonly string[]): ReturnType<typeof service> =>
    service(name, { type: 'LoadBalancer', clusterIP, ports, loadBalancerSourceRanges, externalTrafficPolicy: 'Local' }, balancedBy('203.0.113.7', '2001:db8::7'));
  const many = Array.from({ length: 300 }, (_, index) => ({ address: `10.244.${index >> 8}.${index & 255}`, node: 'node2' }));
  const objects = [
    ranged('a', '10.96.0.1', ['10.0.0.0/9', '10.128.0.0/9']),
    ranged('b', '10.96.0.2', ['10.0.0.6/32', '10.0.0.7/32', '10.0.0.8/31', '1.0.0.0/32']),
    ranged('c', 'fd00:96::3', ['fd00:9::/64', 'fd01::/17']),
    service('d', { clusterIP: '10.96.0.5' }),
    service('e', { clusterIP: '10.96.0.4', sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 3661 } } }),
    slice('a', [HERE]),
    slice('c', [{ address: 'fd00:244:1::5', node: 'node1' }]),
    slice('d', many),
    slice('e', [HERE, THERE]),
  ];
  for (const flags of [['--cluster-cidr=10.244.0.1/32,::/0'], ['--nodeport-addresses=0.0.0.0/0', '--detect-local-mode=InterfaceNamePrefix', '--pod-interface-name-prefix=cali']]) {
    const text = textOf(familiesOf(objects, ...flags));
    // What two ranges are merged to would be a comparison if it were loaded so.
    expect(text).toContain('ip saddr != { 10.0.0.0/8 } drop');
    expect(listedAfterLoading(text.replace('{ 10.0.0.0/8 }', '{ 10.0.0.0/9, 10.128.0.0/9 }'))).toBe(text);
  }
});
