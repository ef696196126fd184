import type { Chance } from './chance.ts';

/** A directive as its lines, without the block's indent. */
export type Lines = readonly string[];

export const withOptions = (head: string, options: readonly string[]): Lines => (options.length === 0 ? [head] : [`${head} {`, ...options.map((option) => `    ${option}`), '}']);

const storeBy = (chance: Chance, name: 'success' | 'denial'): string =>
  `${name} ${chance.one([1, 256, 1000, 9984])}${chance.one(['', ` ${chance.one([1, 3, 60, 3600])}`, ` ${chance.one([3600, 7200, 10])} ${chance.one([0, 1, 5, 30, 3600])}`])}`;

const STALE = ['', ' 1h', ' 2s', ' 1h immediate', ' 1h verify', ' 1h verify 100ms', ' 1h immediate 30s', ' 1h verify 0 30s', ' 1h verify 200ms 30s 30s', ' 10s immediate 5s 2s'] as const;

export const cacheBy = (chance: Chance): Lines => {
  const stale = chance.perhaps(0.3, () => `serve_stale${chance.one(STALE)}`);
  return withOptions(`cache${chance.one(['', '', '', ' 30', ' 1', ' 3600', ' 60 test.', ' test. cluster.local.', ' 300 other. corp.test'])}`, [
    ...chance.perhaps(0.25, () => storeBy(chance, 'success')),
    ...chance.perhaps(0.25, () => storeBy(chance, 'denial')),
    ...chance.perhaps(0.12, () => `prefetch ${chance.one([0, 1, 2])}${chance.one(['', ' 1m', ' 1s', ' 500ms', ' 1m 10%', ' 1m 50%', ' 1m 90%'])}`),
    ...stale,
    ...(stale.length > 0 ? chance.perhaps(0.15, () => 'serve_stale_policy prefer_positive') : []),
    ...chance.perhaps(0.2, () => `servfail ${chance.one(['0s', '0', '1s', '2s', '5m', '10s'])}`),
    ...chance.perhaps(0.1, () => `disable ${chance.one(['success', 'denial'])}${chance.one(['', ' test.', ' corp.test other.', ' test. cluster.local'])}`),
    ...chance.perhaps(0.1, () => 'keepttl'),
  ]);
};

export const forwardBy = (chance: Chance, first: 'up1' | 'up2'): Lines => {
  const isPair = first === 'up1' && chance.maybe(0.3);
  return withOptions(`forward ${chance.one(['.', '.', '.', '.', 'test.', 'cluster.local'])} {${first}}${isPair ? ' {up2}' : ''}`, [
    // Chance in a server would make any step differ from run to run.
    ...(isPair ? ['policy sequential'] : []),
    ...chance.perhaps(0.3, () => 'force_tcp'),
    ...chance.perhaps(0.2, () => 'prefer_udp'),
    ...chance.perhaps(0.2, () => `except ${chance.one(['corp.test', 'other. example.org', 'svc.cluster.local', 'test.'])}`),
    ...chance.perhaps(0.15, () => `max_fails ${chance.one([0, 1, 3])}`),
    ...chance.perhaps(0.08, () => 'expire 2s'),
    ...chance.perhaps(0.1, () => 'max_concurrent 100'),
    ...chance.perhaps(0.1, () => 'failfast_all_unhealthy_upstreams'),
    ...chance.perhaps(0.1, () => `max_connect_attempts ${chance.one([0, 1, 2])}`),
    ...(isPair ? chance.perhaps(0.25, () => `failover ${chance.one(['SERVFAIL', 'SERVFAIL REFUSED', 'NXDOMAIN'])}`) : []),
    ...chance.perhaps(0.15, () => `next ${chance.one(['NXDOMAIN', 'SERVFAIL', 'NXDOMAIN REFUSED'])}`),
    ...chance.perhaps(0.08, () => 'read_timeout 300ms'),
    ...chance.perhaps(0.05, () => 'max_idle_conns 1'),
  ]);
};

const HOSTS = ['10.1.2.3 a.test', '10.1.2.4 a.test host.test', '10.0.0.5 host.test b.test.', '2001:db8::7 a.test v6.test', '192.0.2.1 example.org www.corp.test', '10.1.2.9 *.wild.test', '::1 localhost', '10.7.7.7 A.Test'] as const;

export const hostsBy = (chance: Chance): Lines => {
  const falls = chance.perhaps(0.6, () => `fallthrough${chance.one(['', '', ' test.', ' in-addr.arpa ip6.arpa'])}`);
  // Without a file it reads the machine's own.
  return withOptions(`hosts${chance.one([' {dir}/hosts', ' {dir}/hosts', ' {dir}/hosts test. other.', ' {dir}/none'])}`, [
    ...chance.some(HOSTS, 1 + chance.below(4)),
    ...chance.perhaps(0.3, () => `ttl ${chance.one([0, 1, 60, 65_535])}`),
    ...chance.perhaps(0.2, () => 'no_reverse'),
    ...falls,
    ...(falls.length > 0 ? chance.perhaps(0.2, () => 'fallthrough_unsupported') : []),
  ]);
};

const aclRuleBy = (chance: Chance): string =>
  `${chance.one(['block', 'filter', 'drop', 'allow', 'block', 'filter'])}${chance.one(['', ' type A', ' type AAAA TXT', ' type *', ' type ANY'])}${chance.one(['', ' net 127.0.0.1', ' net 127.0.0.2/32', ' net 127.0.0.0/8', ' net *', ' net 10.0.0.0/8 127.0.0.3/32'])}`;

export const aclBy = (chance: Chance): Lines =>
  withOptions(`acl${chance.one(['', '', ' test.', ' corp.test other.'])}`, Array.from({ length: chance.one([1, 1, 2, 3]) }, () => aclRuleBy(chance)));

const FORMATS = ['', '', ' .', ' test. other.', ' . "{remote} {name} {type} {class} {proto} {rcode} {rsize} {>rflags} {>bufsize} {>do} {>id} {>opcode} {size}"', ' . {combined}', ' . "{common} {local}"', ' test. "{name}|{/x/y}|{unknown}"'] as const;

export const logBy = (chance: Chance): Lines => withOptions(`log${chance.one(FORMATS)}`, chance.perhaps(0.3, () => `class ${chance.one(['denial', 'error', 'success', 'all', 'denial error'])}`));

export const errorsBy = (chance: Chance): Lines =>
  withOptions(`errors${chance.one(['', '', '', ' stdout'])}`, chance.perhaps(0.2, () => `consolidate 1s "${chance.one(['.*timeout.*', '^no .*$', '.*'])}"${chance.one(['', ' warning', ' info show_first'])}`));

/** Those of a line or two, each at most once in a block. */
const SIMPLE: readonly (readonly [string, (chance: Chance) => Lines])[] = [
  ['minimal', () => ['minimal']],
  ['any', () => ['any']],
  ['chaos', (chance) => [`chaos${chance.one([' V1', ' "My DNS" me you'])}`]],
  ['nsid', (chance) => [`nsid${chance.one([' data', ' some words'])}`]],
  ['local', (chance) => withOptions('local', chance.perhaps(0.3, () => 'localhost_prefix off'))],
  ['bufsize', (chance) => [`bufsize${chance.one(['', ' 512', ' 1400', ' 4096'])}`]],
  ['dns64', (chance) => withOptions(`dns64${chance.one(['', ' 2001:db8:64::/96'])}`, ['allow_ipv4', ...chance.perhaps(0.3, () => 'translate_all')])],
  ['header', (chance) => withOptions('header', chance.some(['response set aa', 'response clear ra', 'response clear rd aa', 'query clear rd', 'response set ra', 'query set rd', 'response clear ra rd'], chance.one([1, 2])))],
  ['debug', () => ['debug']],
  ['cancel', (chance) => [`cancel${chance.one([' 500ms', '', ' 2s'])}`]],
  ['whoami', () => ['whoami']],
];

export const simpleBy = (chance: Chance): { readonly names: readonly string[]; readonly lines: Lines } => {
  const chosen = chance.some(SIMPLE, chance.one([0, 0, 1, 1, 2, 3]));
  return { names: chosen.map(([name]) => name), lines: chosen.flatMap(([, make]) => make(chance)) };
};
