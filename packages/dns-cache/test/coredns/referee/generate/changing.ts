import type { Chance } from './chance.ts';
import type { Lines } from './directives.ts';
import { withOptions } from './directives.ts';
import { NAMES, TARGETS } from './names.ts';

const REGEXES = [
  String.raw`(.*)\.corp\.test {1}.test`,
  String.raw`^(.)\.test\.?$ {1}{1}.test`,
  String.raw`(.+)\.svc\.cluster\.local {1}.test answer auto`,
  String.raw`(.*)\.test\. {1}.other. answer name (.*)\.other\. {1}.test.`,
  String.raw`(.*)\.other {1}.test answer value (.*)\.test {1}.other`,
  'a.* b.test.',
  String.raw`([a-z]+)\.(test)\. {2}.{1}. answer auto`,
] as const;

type Rule = (chance: Chance) => string;

/** What a line of `rewrite` says behind its flow. */
const RULES: readonly Rule[] = [
  (chance) => `name ${chance.one(NAMES.slice(0, 10))} ${chance.one(NAMES.slice(0, 10))}`,
  (chance) => `name exact ${chance.one(['a.test', 'new.test'])} ${chance.one(['b.test', 'old.test'])}`,
  (chance) => `name suffix ${chance.one(['.corp.test', '.test', 'cluster.local', '.other.'])} ${chance.one(['.test', '.corp.test.', '.other'])}${chance.one(['', ' answer auto'])}`,
  (chance) => `name prefix ${chance.one(['www.', 'a', 'svc'])} ${chance.one(['b', 'host.', 'kube'])}${chance.one(['', ' answer auto'])}`,
  (chance) => `name substring ${chance.one(['corp', 'test', 'er', 'svc'])} ${chance.one(['other', 'b', 'xx'])}${chance.one(['', ' answer auto'])}`,
  (chance) => `name regex ${chance.one(REGEXES)}`,
  (chance) => `ttl ${chance.one(['exact ', 'suffix ', 'prefix ', 'substring ', 'regex ', ''])}${chance.one(['a.test.', 'test.', '.test.', 'a'])} ${chance.one(['30', '0', '5-60', '-30', '100-', '10000'])}`,
  (chance) => `type ${chance.one(['A AAAA', 'ANY HINFO', 'AAAA A', 'TXT A', 'MX TXT'])}`,
  (chance) => `class ${chance.one(['CH IN', 'IN CH', 'HS IN'])}`,
  (chance) => `rcode ${chance.one(['exact ', 'suffix ', ''])}${chance.one(['a.test.', 'test.', '.test.', 'b.test.'])} ${chance.one(['NXDOMAIN NOERROR', 'SERVFAIL NXDOMAIN', 'REFUSED SERVFAIL', '3 0', '2 3'])}`,
  (chance) => `cname ${chance.one(['exact ', 'suffix ', 'prefix ', 'substring ', ''])}${chance.one(TARGETS)} ${chance.one(['a.test.', 'b.test.', 'new.test.'])}`,
  (chance) => `edns0 local ${chance.one(['set', 'append', 'replace'])} ${chance.one(['0xffee', '65001'])} ${chance.one(['0x61626364', 'hello', '{qname}', '{qtype}', '{client_ip}', '{protocol}', '{server_ip}'])}${chance.one(['', '', ' revert'])}`,
  (chance) => `edns0 subnet ${chance.one(['set', 'append', 'replace'])} ${chance.one(['24 56', '32 128', '0 0', '16 64'])}`,
  (chance) => `edns0 nsid ${chance.one(['set', 'append', 'replace'])}`,
];

export const rewriteBy = (chance: Chance): Lines => [`rewrite ${chance.one(['', '', 'continue ', 'stop '])}${chance.one(RULES)(chance)}`];

const TEMPLATES: readonly ((chance: Chance) => Lines)[] = [
  () => ['answer "{{ .Name }} 60 IN A 10.3.3.3"'],
  (chance) => [
    'match ^ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)[.]test[.]$',
    'answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"',
    ...chance.perhaps(0.7, () => 'fallthrough'),
  ],
  (chance) => ['rcode NXDOMAIN', ...chance.perhaps(0.6, () => 'authority "test. 60 IN SOA ns.test. admin.test. (1 60 60 60 60)"')],
  (chance) => [String.raw`match (a|b)\.test\.$`, 'answer "{{ .Name }} 5 IN {{ .Type }} 10.4.4.4"', `fallthrough${chance.one(['', ' test.'])}`],
  () => [String.raw`match "^(.*)\.other\.$"`, 'answer "{{ .Name }} 60 IN CNAME {{ index .Match 1 }}.test."'],
  () => ['rcode REFUSED', 'ederror 18 "no"'],
  () => ['match .*', String.raw`answer "{{ .Name }} 60 {{ .Class }} TXT \"{{ .Type }} {{ .Zone }} {{ .Remote }}\""`, 'additional "x.test. 60 IN A 10.5.5.5"'],
  () => [String.raw`match ^(?P<n>[a-z]+)\.test\.$`, 'answer "{{ .Name }} 60 IN A 10.6.6.{{ len .Group.n }}"', 'fallthrough'],
  () => ['rcode SERVFAIL', 'fallthrough'],
];

export const templateBy = (chance: Chance): Lines =>
  withOptions(`template ${chance.one(['IN', 'ANY', 'IN'])} ${chance.one(['A', 'ANY', 'AAAA', 'TXT'])}${chance.one(['', ' test.', ' other.', ' corp.test cluster.local'])}`, chance.one(TEMPLATES)(chance));
