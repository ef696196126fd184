import { describe, expect, it } from 'vitest';
import { placeError, readScenario } from '@nodelocal/scenarios';
import { play } from '../support/lesson.ts';

/** What is said of a file, when it is read or when it is run. */
const complaint = (source: string, files: Readonly<Record<string, string>> = {}): string => {
  try {
    const { scenario, places } = readScenario('mine.yaml', source, (name) => files[name] ?? '');
    try {
      play(scenario);
    } catch (error) {
      throw placeError(error, places);
    }
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing';
};

describe('a broken file is told where', () => {
  it.each<readonly [what: string, source: string, said: string]>([
    ['no YAML', 'name: [mine\n', 'mine.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ] (this is no YAML)'],
    ['no map', '- mine\n', 'mine.yaml:1:1: the file: it is to be a map'],
    ['empty', '', 'mine.yaml:1:1: the file: it is to be a map'],
    ['no name', 'kernel: "6.18"\n', 'mine.yaml:1:1: name: it is missing (it is to be a text)'],
    ['a wrong name', 'name: My Own\n', 'mine.yaml:1:1: name: it is no such name (small letters, digits and hyphens)'],
    ['a key that is not there', 'name: mine\ncache:\n  notrak: none\n', 'mine.yaml:3:3: cache: there is no "notrak" here (what there is stands in the schema: scenarios schema)'],
    ['a word that is not there', 'name: mine\ncache:\n  notrack: some\n', 'mine.yaml:3:3: cache.notrack: there is no such word (one of both-ways, none, inbound-only, no-output)'],
    ['a kind that is not there', 'name: mine\nevents:\n  - { atMs: 1, what: { kind: flood } }\n', 'mine.yaml:3:24: events[0].what.kind: there is no such kind (one of agent-killed, agent-stopped, agent-started, cache-rules, rules-flushed, rules-added, address-removed, address-added, endpoint-gone, endpoint-back, kube-proxy-synced, server-changes)'],
    ['a number for a text', 'name: mine\nkernel: 6.18\n', 'mine.yaml:2:1: kernel: it is to be a text (what YAML takes for a number or a truth goes in quotes)'],
    ['a share above 1', 'name: mine\nlinks: { pod: { lossShare: 2 } }\n', 'mine.yaml:2:17: links.pod.lossShare: it is at most 1'],
    ['a part of one of two forms', 'name: mine\nlookups: [a, { nam: b }]\n', 'mine.yaml:2:16: lookups[1]: there is no "nam" here (what there is stands in the schema: scenarios schema)'],
    ['no address', 'name: mine\nclients: [{ name: a, at: { kind: pod, address: 1.2.3, device: d } }]\n', 'mine.yaml:2:39: clients[0].at.address: it is no ipv4'],
    ['a client that is not there', 'name: mine\nlookups:\n  - name: a\n    client: b\n', 'mine.yaml:4:5: lookups[0].client: there is no client "b" (there are dns-test)'],
    ['events out of order', 'name: mine\nevents:\n  - { atMs: 2, what: { kind: agent-killed } }\n  - { atMs: 1, what: { kind: agent-killed } }\n', 'mine.yaml:4:7: events[1].atMs: events stand in the order of time'],
    ['a name that is none', 'name: mine\nlookups: [a..b]\n', 'mine.yaml:2:11: lookups[0].name: "a..b" is no domain name (labels have 1 to 63 octets, a name at most 255)'],
    ['a name too long for the search list', `name: mine\nlookups: [${'a.'.repeat(120)}b]\n`, 'mine.yaml:2:11: lookups[0].name: with the search domain default.svc.cluster.local it is no domain name any more (labels have 1 to 63 octets, a name at most 255); what a resolver does then is not modelled: end it with a dot'],
    ['a nameserver that is none', 'name: mine\nclients:\n  - name: a\n    resolvConf: nameserver here\n', 'mine.yaml:4:5: clients[0].resolvConf: "here" is no IP address'],
    ['a nameserver of IPv6', 'name: mine\nclients:\n  - name: a\n    resolvConf: nameserver fd00::1\n', 'mine.yaml:4:5: clients[0].resolvConf: fd00::1: scenarios send IPv4 packets only; name an address of IPv4'],
    ['a name without its final dot', 'name: mine\nservers:\n  - name: gateway\n    addresses: [172.18.0.1]\n    at: { kind: elsewhere, device: eth0 }\n    knows: { kind: outside, names: { example.com: [192.0.2.1] } }\n', 'mine.yaml:6:38: servers[0].knows.names.example.com: it is no such name (write it in full, with its final dot: example.com.)'],
    ['a device that the node lacks', 'name: mine\nservers:\n  - name: gateway\n    addresses: [172.18.0.1]\n    at: { kind: elsewhere, device: eth7 }\n    knows: { kind: outside, names: {} }\n', 'mine.yaml:5:28: servers[0].at.device: the node has no device "eth7" (it has lo, eth0, cali5f3c9a1e0d2, nodelocaldns)'],
    ['a sysctl that decides nothing', 'name: mine\nsysctls: { net.ipv4.conf.all.rp_filtr: 1 }\n', 'mine.yaml:2:1: sysctls: the model has no net.ipv4.conf.all.rp_filtr: nothing would come of it'],
    ['a sysctl that is no number', 'name: mine\nsysctls: { net/ipv4/conf/all/rp_filter: strict }\n', 'mine.yaml:2:1: sysctls: net/ipv4/conf/all/rp_filter: expected a whole number, not "strict"'],
    ['a node that the cluster lacks', 'name: mine\nnode: { kind: cluster, node: k09 }\n', 'mine.yaml:2:24: node.node: there is no node "k09" among the objects (there are k01-control-plane, k01-worker, k01-worker2)'],
    ['a flag that kube-proxy lacks', 'name: mine\nnode: { kind: cluster, proxyFlags: [--cluster-cidr, here] }\n', 'mine.yaml:2:24: node.proxyFlags: --cluster-cidr: "here" is no network; write 10.0.0.0/8 or fd00::/8'],
    ['an upstream over TLS', 'name: mine\ncache: { corefile: ".:53 {\\n  bind 169.254.20.10 10.96.0.10\\n  forward . tls://192.0.2.1\\n}" }\n', 'mine.yaml:2:10: cache.corefile: it asks 192.0.2.1 over TLS, which is not modelled; name an upstream of UDP or TCP'],
    ['a file that only a machine has', 'name: mine\ncache: { corefile: ".:53 {\\n  bind 169.254.20.10 10.96.0.10\\n  forward . /etc/upstreams\\n}" }\n', "mine.yaml:2:10: not an IP address or file: '/etc/upstreams': a scenario has no such file"],
    ['a lookup that there is not', 'name: mine\nexpectations: [{ kind: resolves, lookup: 3 }]\n', 'mine.yaml:2:34: expectations[0].lookup: there is no lookup 3 (they are 2)'],
    ['a count that may be anything', 'name: mine\nexpectations: [{ kind: counts, of: packets }]\n', 'mine.yaml:2:16: expectations[0]: any number would do; say min, max, or both'],
    ['an alias of nothing', 'name: mine\nlookups: *names\n', 'mine.yaml:2:10: there is no anchor &names above (set it, or put a text that begins with * in quotes)'],
    ['aliases of aliases', `a0: &a0 x\n${[1, 2, 3, 4, 5, 6, 7].map((at) => `a${at}: &a${at} [${`*a${at - 1}, `.repeat(9)}]\n`).join('')}`, 'mine.yaml:1:1: its aliases stand for more than a scenario could hold (write out what they stand for)'],
    ['two scenarios', 'name: mine\n---\nname: yours\n', 'mine.yaml:2:1: a second document begins here (one file says one scenario)'],
    ['no such kernel', 'name: mine\nkernel: six\n', 'mine.yaml:2:1: kernel: "six" is no release of Linux; write 6.18'],
  ])('%s', (_, source, said) => {
    expect(complaint(source)).toBe(`InputError: ${said}`);
  });

  it('with the words that there are, where a reason is expected that no packet is lost for', () => {
    expect(complaint('name: mine\nexpectations: [{ kind: loses, why: polcy, max: 0 }]\n')).toMatch(/^InputError: mine\.yaml:2:31: expectations\[0\]\.why: there is no such word \(one of rule, .*policy, /);
    expect(complaint('name: mine\nexpectations: [{ kind: answered-by, who: [coredns] }]\n')).toBe('InputError: mine.yaml:2:43: expectations[0].who[0]: there is no such word (one of node-cache, CoreDNS, gateway, resolved)');
  });

  it('in the rules, in the Corefile, in rules that come later: with the line there', () => {
    const corefile = '.:53 {\n  bind 169.254.20.10 10.96.0.10\n  forwardd . 192.0.2.1\n}\n';
    const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);
    expect(complaint(`name: mine\nrules:\n  - |\n    *filter\n    -A INPUT -j NOSUCH --what\n    COMMIT\n`)).toMatch(/^InputError: mine\.yaml:5:\d+: /);
    expect(complaint(`name: mine\ncache:\n  corefile: |\n${indented(corefile, '    ')}`)).toMatch(/^InputError: mine\.yaml:6:7: Unknown directive 'forwardd'/);
    expect(complaint('name: mine\ncache: { corefile: { file: ./Core } }\n', { './Core': corefile })).toMatch(/^InputError: \.\/Core:3:3: Unknown directive 'forwardd'/);
    expect(complaint('name: mine\nevents:\n  - atMs: 1\n    what:\n      kind: rules-added\n      text: |\n        *filter\n        -A NOSUCH -j DROP\n        COMMIT\n')).toMatch(/^InputError: mine\.yaml:8:\d+: /);
  });
});
