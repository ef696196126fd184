import { describe, expect, it } from 'vitest';
import { LESSON_SCENARIO, readScenario } from '@nodelocal/scenarios';
import type { Scenario } from '@nodelocal/scenarios';

const FILES: Readonly<Record<string, string>> = { 'policy.rules': '*filter\nCOMMIT\n', Corefile: '.:53 {\n}\n', 'resolv.conf': 'nameserver 192.0.2.1\n' };

const read = (source: string): Scenario => readScenario('mine.yaml', source, (name) => FILES[name] ?? expect.fail(name)).scenario;

describe("one's own scenario", () => {
  it('is as the lesson where it says nothing', () => {
    expect(read('name: mine')).toEqual({ ...LESSON_SCENARIO, name: 'mine', question: '', expect: '' });
  });

  it('looks up names, one a second after the other, by its first client', () => {
    const { clients, lookups } = read('{ name: mine, clients: [{ name: app, resolver: go }, { name: other }], lookups: [example.com, { name: "a{n}.test", client: other, repeat: { times: 3, everyMs: 10 } }] }');
    expect(clients.map(({ name, resolver, at }) => [name, resolver, at.kind])).toEqual([['app', 'go', 'pod'], ['other', 'glibc', 'pod']]);
    const rest = { call: 'any-family', start: { kind: 'after', afterMs: 1000 } };
    expect(lookups).toEqual([{ client: 'app', name: 'example.com', ...rest }, { client: 'other', name: 'a{n}.test', ...rest, repeat: { times: 3, everyMs: 10 } }]);
  });

  it('has the lesson’s lookups made by its own client', () => {
    expect(read('{ name: mine, clients: [{ name: app }] }').lookups.map(({ client, name }) => [client, name])).toEqual([['app', 'kubernetes.default'], ['app', 'kubernetes.default']]);
  });

  it('takes texts from the files beside it', () => {
    const { rules, cache, clients, events } = read(`name: mine
rules: [{ file: policy.rules }, "*raw\\nCOMMIT\\n"]
cache: { corefile: { file: Corefile }, resolvConf: { file: resolv.conf } }
clients: [{ name: app, resolvConf: { file: resolv.conf } }]
events: [{ atMs: 5, what: { kind: rules-added, text: { file: policy.rules } } }]
`);
    expect(rules).toEqual([FILES['policy.rules'], '*raw\nCOMMIT\n']);
    expect(cache).toMatchObject({ corefile: FILES['Corefile'], resolvConf: FILES['resolv.conf'], notrack: 'both-ways' });
    expect(clients[0]?.resolvConf).toBe(FILES['resolv.conf']);
    expect(events).toEqual([{ atMs: 5, what: { kind: 'rules-added', text: FILES['policy.rules'] } }]);
  });

  it('writes numbers of sysctls as they are written there', () => {
    expect(read('{ name: mine, sysctls: { net.netfilter.nf_conntrack_max: 2 } }').sysctls).toEqual({ 'net.netfilter.nf_conntrack_max': '2' });
  });
});
