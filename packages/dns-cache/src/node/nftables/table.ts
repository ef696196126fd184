import { plainAddress } from '../../address.ts';
import { FAMILIES, familyOf } from '../family.ts';
import type { Family } from '../family.ts';

export const TABLE = 'inet nodelocaldns';

/** node-cache's own words, by which people look for these rules. */
const COMMENT = 'NodeLocal DNS Cache: skip conntrack';

export interface TableSettings {
  /** Of both families. */
  readonly addresses: readonly string[];
  readonly dnsPort: number;
  readonly healthPort: number;
  /** Seconds after which the kernel forgets an address that nobody names again. */
  readonly lifetimeSeconds: number;
}

/** Addresses whose queries come here, and addresses whose answers go out untracked: in this order they are taken away. */
const SETS = ['diverted', 'served'] as const;

type SetName = (typeof SETS)[number];

const TYPES: Readonly<Record<Family, { readonly type: string; readonly protocol: string; readonly digit: string }>> = {
  ipv4: { type: 'ipv4_addr', protocol: 'ip', digit: '4' },
  ipv6: { type: 'ipv6_addr', protocol: 'ip6', digit: '6' },
};

const setName = (name: SetName, family: Family): string => `${name}${TYPES[family].digit}`;

const addressesOf = ({ addresses }: TableSettings, family: Family): readonly string[] => [
  ...new Set(addresses.filter((address) => familyOf(address) === family).map(plainAddress)),
];

/** A rule for each family. */
const rulesFor = (rule: (protocol: string, digit: string) => string): string => FAMILIES.map((family) => rule(TYPES[family].protocol, TYPES[family].digit)).join('');

const tableText = (settings: TableSettings): string => {
  const { dnsPort, healthPort, lifetimeSeconds } = settings;
  const elements = (addresses: readonly string[]): string => (addresses.length === 0 ? '' : `    elements = { ${addresses.join(', ')} }\n`);
  const set = (name: SetName, family: Family): string =>
    `  set ${setName(name, family)} {\n    type ${TYPES[family].type}\n    timeout ${lifetimeSeconds}s\n${elements(addressesOf(settings, family))}  }\n`;
  const notrack = (match: string): string => `    ${match} notrack comment "${COMMENT}"\n`;
  const dns = (digit: 'dport' | 'sport'): string => `meta l4proto { tcp, udp } th ${digit} ${dnsPort}`;
  const diverts = rulesFor((ip, digit) => notrack(`${ip} daddr @diverted${digit} ${dns('dport')}`));
  const answers = rulesFor((ip, digit) => notrack(`${ip} saddr @served${digit} ${dns('sport')}`));
  const health = rulesFor(
    (ip, digit) => notrack(`${ip} daddr @served${digit} tcp dport ${healthPort}`) + notrack(`${ip} saddr @served${digit} tcp sport ${healthPort}`),
  );
  return [
    `table ${TABLE} {\n`,
    ...SETS.flatMap((name) => FAMILIES.map((family) => set(name, family))),
    `  chain prerouting {\n    type filter hook prerouting priority raw; policy accept;\n${diverts}  }\n`,
    `  chain output {\n    type filter hook output priority raw; policy accept;\n${diverts}${answers}${health}  }\n`,
    '}\n',
  ].join('');
};

const elementsText = (verb: 'add' | 'delete', settings: TableSettings, names: readonly SetName[]): string =>
  names
    .flatMap((name) =>
      FAMILIES.map((family) => {
        const addresses = addressesOf(settings, family);
        return addresses.length === 0 ? '' : `${verb} element ${TABLE} ${setName(name, family)} { ${addresses.join(', ')} }\n`;
      }),
    )
    .join('');

/** `nft` has no "if it is there" before 1.0.7 (`destroy`): what may be missing is made first, in the same transaction. */
const withoutTable = `add table ${TABLE}\ndelete table ${TABLE}\n`;

/** For `nft -f -`: the table as it should be, in one transaction, whatever was there. */
export const installText = (settings: TableSettings): string => withoutTable + tableText(settings);

/** `all`: queries come here and answers go out untracked; `answers`: only the latter. */
export type Refreshed = 'all' | 'answers';

/**
 * Says anew that the addresses are served, and fails where the table is gone. Kernels before 6.12 leave the time of an element
 * that is there as it is, so it is taken out and put in again; no packet sees it missing. The first line makes sure that there is one
 * to take out.
 */
export const refreshText = (settings: TableSettings, what: Refreshed): string => {
  const names = what === 'all' ? SETS : (['served'] as const);
  return elementsText('add', settings, names) + elementsText('delete', settings, names) + elementsText('add', settings, names);
};

/** New queries go to kube-dns from now on. */
export const stopDivertingText = FAMILIES.map((family) => `flush set ${TABLE} ${setName('diverted', family)}\n`).join('');

export const removeText = withoutTable;

/** What `nft -s list table` says, without what changes by itself: the elements and their times. */
export const comparableListing = (listing: string): string =>
  listing
    .replaceAll(/^\s*elements = \{[^}]*\}\n/gm, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
