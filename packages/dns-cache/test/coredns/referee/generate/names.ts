import type { Chance } from './chance.ts';

/** Names that Corefiles, upstreams and clients of generated conversations speak of. */
export const NAMES = [
  'a.test.', 'b.test.', 'www.corp.test.', 'host.test.', 'deep.er.b.test.', 'x.other.', 'svc.ns.svc.cluster.local.', 'kube.svc.cluster.local.', 'new.test.', 'old.test.',
  'example.org.', '5.0.0.10.in-addr.arpa.', '1.2.0.192.in-addr.arpa.', 'localhost.', 'localhost.corp.test.', '_http._tcp.test.', '*.wild.test.', 'v6.test.', 'v4.test.', '.',
] as const;
/** These have records under names that others lead to. */
export const TARGETS = ['target.test.', 't.corp.test.', 'x.other.', 'www.corp.test.'] as const;

const TYPES = ['A', 'AAAA', 'TXT', 'MX', 'SRV', 'PTR', 'CNAME', 'NS', 'SOA', 'HTTPS', 'SVCB', 'CAA', 'NAPTR', 'ANY', 'DS', 'DNSKEY', 'TYPE65280', 'AXFR'] as const;
export type AskedType = (typeof TYPES)[number];

/** What is asked most, most often. */
export const typeBy = (chance: Chance): AskedType => (chance.maybe(0.4) ? 'A' : chance.maybe(0.35) ? 'AAAA' : chance.one(TYPES));

export const soaOf = (ttlSeconds: number, minimumSeconds: number): string => `test. ${ttlSeconds} IN SOA ns.test. admin.test. 1 7200 900 86400 ${minimumSeconds}`;

/** What a record of a type may say; none of a type that has no records of its own. */
const dataBy = (chance: Chance, type: AskedType, at: number): string | undefined => {
  switch (type) {
    case 'A':
      return `10.0.${at}.${chance.below(250)}`;
    case 'AAAA':
      return `2001:db8::${(at + 1).toString(16)}`;
    case 'TXT':
      return `"text ${at}"`;
    case 'MX':
      return `${10 * (at + 1)} mx${at}.test.`;
    case 'SRV':
      return `${at} 5 80 host${at}.test.`;
    case 'PTR':
      return `host${at}.test.`;
    case 'CNAME':
      return chance.one(NAMES.slice(0, 8));
    case 'NS':
      return `ns${at}.test.`;
    case 'SOA':
      return 'ns.test. admin.test. 7 7200 900 86400 30';
    case 'HTTPS':
      return '1 . alpn="h2"';
    case 'SVCB':
      return '1 svc.test. port="8443"';
    case 'CAA':
      return '0 issue "ca.test"';
    case 'NAPTR':
      return '10 20 "s" "SIP+D2U" "" _sip._udp.test.';
    case 'DS':
      return `1 8 2 ${'ab'.repeat(32)}`;
    case 'DNSKEY':
      return '256 3 8 AwEAAaz/';
    case 'TYPE65280':
      return String.raw`\# 2 abcd`;
    case 'ANY':
    case 'AXFR':
      return undefined;
  }
};

export const recordsBy = (chance: Chance, owner: string, type: AskedType, { ttl, count = 1 }: { readonly ttl: number; readonly count?: number }): readonly string[] =>
  Array.from({ length: count }, (_, at) => dataBy(chance, type, at)).flatMap((data) => (data === undefined ? [] : [`${owner} ${ttl} IN ${type} ${data}`]));
