/*
 * A world for a pod of the namespace shop, whose search list is shop.svc.cluster.local, svc.cluster.local, cluster.local, corp.example.
 */

/** Where there are names: which addresses they have is drawn from where they stand. */
const KNOWN: readonly (readonly [name: string, kinds: '4' | '6' | '46'])[] = [
  ['cart.shop.svc.cluster.local', '4'],
  ['dual.shop.svc.cluster.local', '46'],
  ['www.cart.shop.svc.cluster.local', '4'],
  ['db.data.svc.cluster.local', '4'],
  ['pod-0.db.data.svc.cluster.local', '4'],
  ['six.data.svc.cluster.local', '6'],
  ['ring.cluster.local', '4'],
  ['intranet.corp.example', '4'],
  ['wiki.team.corp.example', '46'],
  // At an earlier place than outside.
  ['shadow.example.org.corp.example', '4'],
  ['shadow.example.org', '46'],
  ['web.svc.cluster.local', '4'],
  ['web.x.corp.example', '4'],
  ['web.x', '4'],
  ['one', '4'],
  ['www.whole.example.org', '46'],
  ...Array.from({ length: 14 }, (_, site) => [`www.site${site}.example.org`, (['4', '46', '6'] as const)[site % 3] ?? '4'] as const),
  ['deep.er.and.er.org', '46'],
  ['very.deep.er.and.er.org', '4'],
];

/** A record, or a denial, for names that match; the zone of the SOA is the last label, since the list of zones begins with those. */
const template = (type: 'A' | 'AAAA' | 'ANY', pattern: string, lines: readonly string[]): string =>
  `  template IN ${type} local example org . {\n    match ${pattern}\n${lines.map((line) => `    ${line}\n`).join('')}    fallthrough\n  }`;

const DENIAL = 'authority "{{ .Zone }} 60 IN SOA ns.invalid. host.invalid. 1 60 60 60 60"';

const exactly = (name: string): string => `^${name.replaceAll('.', '[.]')}[.]$`;

const templatesOf = (name: string, kinds: string, index: number): readonly string[] => [
  ...(kinds.includes('4') ? [template('A', exactly(name), [`answer "{{ .Name }} 60 IN A 192.0.2.${index + 1}"`])] : []),
  ...(kinds.includes('6') ? [template('AAAA', exactly(name), [`answer "{{ .Name }} 60 IN AAAA 2001:db8::${(index + 1).toString(16)}"`])] : []),
  template('ANY', exactly(name), ['rcode NOERROR', DENIAL]),
];

/** What a server says that knows these names: others have no addresses, or fail; the rest does not exist. */
export const templates = (): readonly string[] => [
  ...KNOWN.flatMap(([name, kinds], index) => templatesOf(name, kinds, index)),
  template('ANY', exactly('empty.example.org'), ['rcode NOERROR', DENIAL]),
  template('ANY', exactly('bare.example.org.corp.example'), ['rcode NOERROR', DENIAL]),
  template('ANY', exactly('late.example.org'), ['rcode SERVFAIL']),
  template('ANY', exactly('early.example.org.svc.cluster.local'), ['rcode SERVFAIL']),
  template('ANY', '.*', ['rcode NXDOMAIN', DENIAL]),
];

/** Names outside the cluster and not of the node's own domains, which a list leads to. */
export const OUTSIDE: readonly string[] = [...KNOWN.flatMap(([name]) => (name.startsWith('www.site') ? [name] : [])), 'deep.er.and.er.org', 'one'];

/** Fifty. Those that fail are last: they take the longest. */
export const NAMES: readonly string[] = [
  ...OUTSIDE,
  'cart', 'dual', 'gone', 'cart.shop', 'gone.shop', 'www.cart', 'db.data', 'gone.data', 'pod-0.db.data', 'pod-1.db.data', 'six.data',
  'db.data.svc', 'gone.data.svc', 'db.data.svc.cluster.local', 'gone.data.svc.cluster.local', 'gone.shop.svc.cluster.local', 'pod-1.db.data.svc.cluster.local',
  'cart.shop.svc.cluster.local.', 'gone.data.svc.cluster.local.', 'ring', 'intranet', 'wiki.team', 'shadow.example.org', 'web.x', 'web.y', 'www.whole.example.org.',
  'very.deep.er.and.er.org', 'gone.example.org', 'empty.example.org', 'bare.example.org', 'web.svc.cluster.local', 'intranet.corp.example',
  'late.example.org', 'early.example.org',
];
