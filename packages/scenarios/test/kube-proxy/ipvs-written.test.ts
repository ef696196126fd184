import { describe, expect, it } from 'vitest';
import { printIpvs } from '../../src/kube-proxy/ipvs/texts.ts';
import { ipvsOf, linesWith, objectsOf } from './ipvs-node.ts';
import type { ServiceWritten } from './ipvs-node.ts';

const LOCAL = { address: '10.244.1.5', node: 'node1' };
const REMOTE = { address: '10.244.2.5' };

describe('the ranges of a load balancer', () => {
  const balanced = (loadBalancerSourceRanges: readonly string[]) =>
    ipvsOf(objectsOf([{ type: 'LoadBalancer', ingress: ['203.0.113.7'], loadBalancerSourceRanges }, REMOTE]), []);

  it('that leave the node out keep it out by a rule of its own', () => {
    const { iptables, ipset } = balanced(['10.0.0.0/8', '198.51.100.7/32']);
    expect(linesWith(ipset, 'add KUBE-LOAD-BALANCER')).toEqual([
      'add KUBE-LOAD-BALANCER 203.0.113.7,tcp:80',
      'add KUBE-LOAD-BALANCER-FW 203.0.113.7,tcp:80',
      'add KUBE-LOAD-BALANCER-SOURCE-CIDR 203.0.113.7,tcp:80,10.0.0.0/8',
      'add KUBE-LOAD-BALANCER-SOURCE-CIDR 203.0.113.7,tcp:80,198.51.100.7',
    ]);
    expect(linesWith(iptables, '-A KUBE-IPVS-OUT-FILTER')).toEqual(['-A KUBE-IPVS-OUT-FILTER -s 203.0.113.7/32 -m ipvs --vproto 6 --vaddr 203.0.113.7 --vport 80 -j DROP']);
    expect(linesWith(iptables, '-A KUBE-PROXY-FIREWALL')).toEqual([
      '-A KUBE-PROXY-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port for load balancer with sourceRange" -m set --match-set KUBE-LOAD-BALANCER-FW dst,dst -j KUBE-SOURCE-RANGES-FIREWALL',
    ]);
    expect(linesWith(iptables, '-A KUBE-SOURCE-RANGES-FIREWALL')).toEqual([
      '-A KUBE-SOURCE-RANGES-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port + source cidr for packet filter purpose" -m set --match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN',
      '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP',
    ]);
  });

  it('that have the node in them allow the address by which it comes', () => {
    const { iptables, ipset } = balanced(['192.168.0.0/16']);
    expect(linesWith(ipset, 'add KUBE-LOAD-BALANCER-SOURCE-IP')).toEqual(['add KUBE-LOAD-BALANCER-SOURCE-IP 203.0.113.7,tcp:80,203.0.113.7']);
    expect(linesWith(iptables, '-A KUBE-IPVS-OUT-FILTER')).toEqual([]);
    expect(linesWith(iptables, '-A KUBE-SOURCE-RANGES-FIREWALL')).toHaveLength(3);
  });

  it.each([[[]], [['0.0.0.0/0', '10.0.0.0/8']], [['fd00::/8']]])('%j are none', (ranges) => {
    expect(linesWith(balanced(ranges).ipset, 'add KUBE-LOAD-BALANCER-')).toEqual([]);
  });
});

describe('node ports', () => {
  const web = { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] };
  const answering = (flags: readonly string[]): readonly string[] =>
    linesWith(ipvsOf(objectsOf([web, REMOTE]), flags).ipvsadm, '-A').flatMap((line) => /(\S+):30080/.exec(line)?.[1] ?? []);

  it.each([
    [[], ['192.168.9.1']],
    [['--nodeport-addresses', 'primary'], ['192.168.9.1']],
    [['--nodeport-addresses', 'fd00::/8'], ['192.168.9.1']],
    [['--nodeport-addresses', '172.16.0.0/12'], []],
    [['--nodeport-addresses', '0.0.0.0/0,172.16.0.0/12'], ['192.168.9.1']],
    [['--nodeport-addresses', '127.0.0.0/8'], []],
    [['--nodeport-addresses', '127.0.0.0/8,192.168.9.0/24'], ['192.168.9.1']],
    // What it bound to kube-ipvs0 is in the range as well.
    [['--nodeport-addresses', '10.0.0.0/8'], ['10.96.0.20']],
  ])('by %j are answered at %j', (flags, addresses) => {
    expect(answering(flags)).toEqual(addresses);
  });

  it('have no entry where no address answers, and the port of health checks neither', () => {
    const service = { ...web, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
    const added = (flags: readonly string[]): readonly string[] => linesWith(ipvsOf(objectsOf([service, REMOTE]), flags).ipset, 'add KUBE-').filter((line) => /PORT/.test(line));
    expect(added(['--nodeport-addresses', '172.16.0.0/12'])).toEqual([]);
    expect(added([])).toEqual(['add KUBE-NODE-PORT-TCP 30080', 'add KUBE-NODE-PORT-LOCAL-TCP 30080', 'add KUBE-HEALTH-CHECK-NODE-PORT 32000']);
  });

  it('of SCTP have the addresses with them, in rules and in sets', () => {
    const service = { type: 'NodePort', externalTrafficPolicy: 'Local', clusterIP: 'fd00:96::7', ports: [{ port: 80, nodePort: 30080, protocol: 'SCTP' }] } as const;
    const { ip6tables, ipset } = ipvsOf(objectsOf([service]), []);
    expect(linesWith(ipset, 'add KUBE-6-NODE')).toEqual(['add KUBE-6-NODE-PORT-SCTP-HASH fd00:9::1,sctp:30080', 'add KUBE-6-NODE-PORT-LOCAL-SCTP-HAS fd00:9::1,sctp:30080']);
    expect(linesWith(ip6tables, '-A KUBE-NODE-PORT -p')).toEqual([
      `-A KUBE-NODE-PORT -p sctp -m comment --comment "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type \\'hash ip:port\\'" -m set --match-set KUBE-6-NODE-PORT-LOCAL-SCTP-HAS dst,dst -j RETURN`,
      `-A KUBE-NODE-PORT -p sctp -m comment --comment "Kubernetes nodeport SCTP port for masquerade purpose with type \\'hash ip:port\\'" -m set --match-set KUBE-6-NODE-PORT-SCTP-HASH dst,dst -j KUBE-MARK-MASQ`,
    ]);
  });
});

describe('virtual servers', () => {
  const servers = (service: ServiceWritten, flags: readonly string[], ...endpoints: readonly { readonly address: string }[]): string =>
    ipvsOf(objectsOf([service, ...endpoints]), flags).ipvsadm;

  it('have the scheduler of the flags, persistence of the Service, and ports count for mh', () => {
    expect(servers({ sessionAffinity: 'ClientIP' }, ['--ipvs-scheduler', 'mh'])).toBe('-A -t 10.96.0.20:80 -s mh -p 10800 -b mh-port\n');
    expect(servers({}, ['--ipvs-scheduler='])).toBe('-A -t 10.96.0.20:80 -s rr\n');
  });

  it('of a local policy have endpoints of the node, or else all of them', () => {
    const node = { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], externalTrafficPolicy: 'Local' };
    const toLocal = servers(node, [], LOCAL, REMOTE);
    expect(linesWith(toLocal, '-a -t 192.168.9.1:30080')).toEqual(['-a -t 192.168.9.1:30080 -r 10.244.1.5:8080 -m -w 1']);
    expect(linesWith(toLocal, '-a -t 10.96.0.20:80')).toHaveLength(2);
    expect(linesWith(servers(node, [], REMOTE), '-a -t 192.168.9.1:30080')).toEqual(['-a -t 192.168.9.1:30080 -r 10.244.2.5:8080 -m -w 1']);
  });

  it('of an internal local policy have remote endpoints only where the Service is met from outside too', () => {
    expect(linesWith(servers({ internalTrafficPolicy: 'Local' }, [], REMOTE), '-a')).toEqual([]);
    expect(linesWith(servers({ internalTrafficPolicy: 'Local', externalIPs: ['192.0.2.1'] }, [], REMOTE), '-a -t 10.96.0.20:80')).toHaveLength(1);
  });

  it('take endpoints that end only where none is ready; these loop back all the same', () => {
    const ending = { ...LOCAL, conditions: { ready: false, serving: true, terminating: true } };
    expect(linesWith(servers({}, [], ending), '-a')).toEqual(['-a -t 10.96.0.20:80 -r 10.244.1.5:8080 -m -w 1']);
    const both = ipvsOf(objectsOf([{}, ending, REMOTE]), []);
    expect(linesWith(both.ipvsadm, '-a')).toEqual(['-a -t 10.96.0.20:80 -r 10.244.2.5:8080 -m -w 1']);
    expect(linesWith(both.ipset, 'add KUBE-LOOP-BACK')).toEqual(['add KUBE-LOOP-BACK 10.244.1.5,tcp:8080,10.244.1.5']);
  });

  it('that two Services claim are there once', () => {
    const objects = objectsOf([{ name: 'a', externalIPs: ['192.0.2.1'] }, LOCAL], [{ name: 'b', clusterIP: '10.96.0.21', externalIPs: ['192.0.2.1'] }, REMOTE]);
    expect(linesWith(ipvsOf(objects, []).ipvsadm, '-a -t 192.0.2.1:80')).toEqual(['-a -t 192.0.2.1:80 -r 10.244.2.5:8080 -m -w 1']);
  });
});

describe('an external address', () => {
  it('that the node has already is not bound once more', () => {
    const { addresses, ipset, ipvsadm } = ipvsOf(objectsOf([{ externalIPs: ['192.168.9.1', '192.0.2.1'] }]), []);
    expect(addresses).toBe('kube-ipvs0 DOWN 10.96.0.20/32 192.0.2.1/32\n');
    expect(linesWith(ipset, 'add KUBE-IPVS-IPS')).toEqual(['add KUBE-IPVS-IPS 10.96.0.20', 'add KUBE-IPVS-IPS 192.0.2.1']);
    expect(linesWith(ipvsadm, '-A -t 192.168.9.1:80')).toHaveLength(1);
  });

  it('with a local policy is accepted without being masqueraded', () => {
    const { iptables } = ipvsOf(objectsOf([{ type: 'LoadBalancer', externalIPs: ['192.0.2.1'], externalTrafficPolicy: 'Local' }]), []);
    expect(linesWith(iptables, '-A KUBE-SERVICES').filter((line) => line.includes('KUBE-EXTERNAL-IP-LOCAL')).map((line) => line.replace(/.* dst,dst /, ''))).toEqual([
      '-m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT',
      '-m addrtype --dst-type LOCAL -j ACCEPT',
    ]);
  });
});

describe('what is masqueraded on its way to a cluster address', () => {
  it.each([
    [[], '-A KUBE-SERVICES -m comment', 'src,dst'],
    [['--cluster-cidr', 'fd00:244::/56'], '-A KUBE-SERVICES -m comment', 'src,dst'],
    [['--cluster-cidr', '10.244.0.0/16,10.245.0.0/16'], '-A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment', 'dst,dst'],
    [['--detect-local-mode', 'NodeCIDR'], '-A KUBE-SERVICES -m comment', 'src,dst'],
    [['--detect-local-mode', 'BridgeInterface', '--pod-bridge-interface', 'cni0'], '-A KUBE-SERVICES ! -i cni0 -m comment', 'dst,dst'],
    [['--cluster-cidr', '10.244.0.0/16', '--masquerade-all'], '-A KUBE-SERVICES -m comment', 'dst,dst'],
  ])('by %j', (flags, start, fields) => {
    const rules = linesWith(ipvsOf(objectsOf([{}]), flags).iptables, '-A KUBE-SERVICES').filter((line) => line.endsWith('-j KUBE-MARK-MASQ'));
    expect(rules).toEqual([`${start} --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP ${fields} -j KUBE-MARK-MASQ`]);
  });

  it('has the mark of the flags', () => {
    expect(linesWith(ipvsOf(objectsOf(), ['--iptables-masquerade-bit', '31']).iptables, '-A KUBE-MARK-MASQ')).toEqual(['-A KUBE-MARK-MASQ -j MARK --set-xmark 0x80000000/0x80000000']);
  });
});

describe('a cluster without Services', () => {
  it('has the chains and the sets all the same, in sections', () => {
    const texts = ipvsOf(objectsOf(), []);
    expect(linesWith(texts.ipset, 'create')).toHaveLength(34);
    expect(linesWith(texts.iptables, '-A KUBE-SERVICES')).toEqual(['-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN', '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT']);
    expect(linesWith(printIpvs(texts), '#')).toEqual(['# iptables-save', '# ip6tables-save', '# ipset save', '# ipvsadm -Sn', '# ip -brief address show dev kube-ipvs0']);
    expect(printIpvs(texts).endsWith('\n# ipvsadm -Sn\n\n# ip -brief address show dev kube-ipvs0\nkube-ipvs0 DOWN\n')).toBe(true);
  });
});
