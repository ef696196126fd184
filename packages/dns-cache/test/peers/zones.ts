import type { NsdZone } from '../support/nsd.ts';

const soa = 'SOA ns.example.test. hostmaster.example.test. 1 7200 1800 86400 60';

/** Records of every shape that a forwarder passes. */
const varied = [
  '$ORIGIN example.test.',
  '$TTL 300',
  `@ ${soa}`,
  '@ NS ns',
  '@ MX 10 mail',
  '@ MX 20 mail.example.net.',
  'ns A 192.0.2.53',
  'alive A 192.0.2.1',
  'mail A 192.0.2.25',
  'www A 192.0.2.1',
  'www A 192.0.2.2',
  'www AAAA 2001:db8::1',
  'Mixed.Case A 192.0.2.3',
  'alias CNAME www',
  'alias2 CNAME alias',
  'alias3 CNAME alias2',
  'lost CNAME nowhere.example.test.',
  'dry CNAME ns',
  '*.wild A 192.0.2.77',
  'a.wild TXT "not covered by the wildcard"',
  '_dns._udp SRV 0 5 53 ns',
  '_dns._udp SRV 10 5 53 mail',
  `big TXT ${Array.from({ length: 17 }, (_, at) => `"${String(at).padStart(2, '0').repeat(120)}"`).join(' ')}`,
  ...Array.from({ length: 40 }, (_, at) => `many A 192.0.2.${at}`),
  'odd\\.label TXT "a \\"quoted\\" string" "\\000\\255"',
  'caa CAA 0 issue "ca.example.net"',
  'unknown TYPE65280 \\# 4 01020304',
  'svc HTTPS 1 . alpn=h2',
  'sub NS ns.sub',
  'ns.sub A 192.0.2.54',
  '',
].join('\n');

const reverse = [
  '$ORIGIN 2.0.192.in-addr.arpa.',
  '$TTL 300',
  `@ ${soa}`,
  '@ NS ns.example.test.',
  '1 PTR www.example.test.',
  '25 PTR mail.example.test.',
  '',
].join('\n');

/** The root, where pods' search lists end: a third of the names exist. */
const root = (names: readonly string[]): string =>
  [
    '$ORIGIN .',
    '$TTL 30',
    `@ ${soa}`,
    '@ NS ns.example.test.',
    // Zones of their own, cut out of this one.
    'example.test. NS ns.example.test.',
    'ns.example.test. A 192.0.2.53',
    '2.0.192.in-addr.arpa. NS ns.example.test.',
    ...names
      .filter((_, at) => at % 3 === 0)
      .flatMap((name, at) => [
        `${name}. A 198.51.100.${at % 250}`,
        ...(at % 2 === 0 ? [`${name}. AAAA 2001:db8::${at}`] : []),
      ]),
    '',
  ].join('\n');

export const zonesFor = (podNames: readonly string[]): readonly NsdZone[] => [
  { name: 'example.test', text: varied },
  { name: '2.0.192.in-addr.arpa', text: reverse },
  { name: '.', text: root(podNames) },
];
