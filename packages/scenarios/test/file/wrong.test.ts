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
    ['no such kernel', 'name: mine\nkernel: six\n', 'mine.yaml:2:1: kernel: "six" is no release of Linux; write 6.18'],
  ])('%s', (_, source, said) => {
    expect(complaint(source)).toBe(`InputError: ${said}`);
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
