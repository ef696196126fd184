/** Names of the numbers that IANA assigns, as miekg/dns (and so CoreDNS's log and metrics) spells them. */

const TYPES: readonly (readonly [number, string])[] = [
  [1, 'A'], [2, 'NS'], [3, 'MD'], [4, 'MF'], [5, 'CNAME'], [6, 'SOA'], [7, 'MB'], [8, 'MG'], [9, 'MR'], [10, 'NULL'],
  [12, 'PTR'], [13, 'HINFO'], [14, 'MINFO'], [15, 'MX'], [16, 'TXT'], [17, 'RP'], [18, 'AFSDB'], [19, 'X25'],
  [20, 'ISDN'], [21, 'RT'], [23, 'NSAP-PTR'], [24, 'SIG'], [25, 'KEY'], [26, 'PX'], [27, 'GPOS'], [28, 'AAAA'],
  [29, 'LOC'], [30, 'NXT'], [31, 'EID'], [32, 'NIMLOC'], [33, 'SRV'], [34, 'ATMA'], [35, 'NAPTR'], [36, 'KX'],
  [37, 'CERT'], [39, 'DNAME'], [41, 'OPT'], [42, 'APL'], [43, 'DS'], [44, 'SSHFP'], [45, 'IPSECKEY'], [46, 'RRSIG'],
  [47, 'NSEC'], [48, 'DNSKEY'], [49, 'DHCID'], [50, 'NSEC3'], [51, 'NSEC3PARAM'], [52, 'TLSA'], [53, 'SMIMEA'],
  [55, 'HIP'], [56, 'NINFO'], [57, 'RKEY'], [58, 'TALINK'], [59, 'CDS'], [60, 'CDNSKEY'], [61, 'OPENPGPKEY'],
  [62, 'CSYNC'], [63, 'ZONEMD'], [64, 'SVCB'], [65, 'HTTPS'], [99, 'SPF'], [100, 'UINFO'], [101, 'UID'], [102, 'GID'],
  [103, 'UNSPEC'], [104, 'NID'], [105, 'L32'], [106, 'L64'], [107, 'LP'], [108, 'EUI48'], [109, 'EUI64'],
  [128, 'NXNAME'], [249, 'TKEY'], [250, 'TSIG'], [251, 'IXFR'], [252, 'AXFR'], [253, 'MAILB'], [254, 'MAILA'],
  [255, 'ANY'], [256, 'URI'], [257, 'CAA'], [258, 'AVC'], [260, 'AMTRELAY'], [261, 'RESINFO'], [32768, 'TA'],
  [32769, 'DLV'],
];

const CLASSES: readonly (readonly [number, string])[] = [
  [1, 'IN'], [2, 'CS'], [3, 'CH'], [4, 'HS'], [254, 'NONE'], [255, 'ANY'],
];

const RCODES: readonly (readonly [number, string])[] = [
  [0, 'NOERROR'], [1, 'FORMERR'], [2, 'SERVFAIL'], [3, 'NXDOMAIN'], [4, 'NOTIMP'], [5, 'REFUSED'], [6, 'YXDOMAIN'],
  [7, 'YXRRSET'], [8, 'NXRRSET'], [9, 'NOTAUTH'], [10, 'NOTZONE'], [11, 'DSOTYPENI'], [16, 'BADVERS'], [17, 'BADKEY'],
  [18, 'BADTIME'], [19, 'BADMODE'], [20, 'BADNAME'], [21, 'BADALG'], [22, 'BADTRUNC'], [23, 'BADCOOKIE'],
];

const reversed = (table: readonly (readonly [number, string])[]): ReadonlyMap<string, number> =>
  new Map(table.map(([number, name]) => [name, number]));

const typeNames: ReadonlyMap<number, string> = new Map(TYPES);
const typeNumbers = reversed(TYPES);
const classNames: ReadonlyMap<number, string> = new Map(CLASSES);
const classNumbers = reversed(CLASSES);
const rcodeNames: ReadonlyMap<number, string> = new Map(RCODES);
const rcodeNumbers = reversed(RCODES);

/** `A`, or `TYPE12345` (RFC 3597 §5) where the number has no name. */
export const typeName = (type: number): string => typeNames.get(type) ?? `TYPE${type}`;

/** `IN`, or `CLASS42`. */
export const className = (klass: number): string => classNames.get(klass) ?? `CLASS${klass}`;

/** `NOERROR`, or the bare number. */
export const rcodeName = (rcode: number): string => rcodeNames.get(rcode) ?? String(rcode);

const numbered = (text: string, prefix: string): number | undefined => {
  if (!text.startsWith(prefix) || !/^\d{1,5}$/.test(text.slice(prefix.length))) return undefined;
  const value = Number(text.slice(prefix.length));
  return value <= 0xffff ? value : undefined;
};

/** The type that `A`, `aaaa` or `TYPE12345` names. */
export const typeNumber = (name: string): number | undefined => {
  const upper = name.toUpperCase();
  return typeNumbers.get(upper) ?? numbered(upper, 'TYPE');
};

export const classNumber = (name: string): number | undefined => {
  const upper = name.toUpperCase();
  return classNumbers.get(upper) ?? numbered(upper, 'CLASS');
};

export const rcodeNumber = (name: string): number | undefined => rcodeNumbers.get(name.toUpperCase());

export const TYPE = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, HINFO: 13, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, DNAME: 39, OPT: 41,
  DS: 43, RRSIG: 46, NSEC: 47, NSEC3: 50, TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, ANY: 255,
} as const;

export const CLASS = { IN: 1, CH: 3, NONE: 254, ANY: 255 } as const;

export const RCODE = {
  NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, NOTAUTH: 9, BADVERS: 16,
} as const;

export const OPCODE_QUERY = 0;
