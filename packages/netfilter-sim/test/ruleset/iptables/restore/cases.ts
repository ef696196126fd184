import { readFileSync } from 'node:fs';
import { corporaFolder, hasCorpora } from '../../../support/corpora.ts';

export interface RestoreCase {
  readonly name: string;
  readonly before: string;
  readonly transaction: string;
}

const BEFORE = `*filter
:INPUT DROP [3:180]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:OWN - [0:0]
:USED - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j OWN
-A INPUT -p udp -m udp --dport 53 -m comment --comment "some words" -j ACCEPT
-A FORWARD -j USED
-A OWN -s 10.0.0.0/8 -j ACCEPT
-A OWN -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:TO - [0:0]
-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j TO
-A TO -p udp -j DNAT --to-destination 10.244.2.7:53
COMMIT
`;

/** node-cache's rules for an address, each put in front of those before it. */
const rulesFor = (ip: string): string => `*raw
-I PREROUTING -p tcp -d ${ip} --dport 53 -j NOTRACK -m comment --comment "NodeLocal DNS Cache: skip conntrack"
-I PREROUTING -p udp -d ${ip} --dport 53 -j NOTRACK -m comment --comment "NodeLocal DNS Cache: skip conntrack"
-I OUTPUT -p udp -s ${ip} --sport 53 -j NOTRACK -m comment --comment "NodeLocal DNS Cache: skip conntrack"
COMMIT
*filter
-I INPUT -p udp -d ${ip} --dport 53 -j ACCEPT -m comment --comment "NodeLocal DNS Cache: allow DNS traffic"
COMMIT
`;

const inFilter = (...lines: readonly string[]): string => ['*filter', ...lines, 'COMMIT', ''].join('\n');

const CASES: readonly (readonly [name: string, transaction: string])[] = [
  ["node-cache's rules", rulesFor('169.254.20.10') + rulesFor('10.96.0.10')],
  ['nothing at all', ''],
  ['a table, and nothing in it', inFilter()],
  ['a chain that is there is emptied where it is declared', inFilter(':OWN - [0:0]', '-A OWN -j RETURN')],
  ['and again', inFilter(':OWN - [0:0]', '-A OWN -j RETURN', ':OWN - [0:0]', '-A OWN -j ACCEPT')],
  ['a new chain and a jump in front', inFilter(':DNS - [0:0]', '-I INPUT -j DNS', '-A DNS -p udp -m udp --dport 53 -j ACCEPT')],
  ['a jump to a chain that was there before', inFilter('-A FORWARD -j OWN')],
  ['a jump to a chain that is not there', inFilter('-A FORWARD -j NONE')],
  ['a loop through what was there', inFilter('-I OWN -j OWN')],
  ['a policy', inFilter(':INPUT ACCEPT [0:0]')],
  ['a built-in chain without a policy keeps its own', inFilter(':INPUT - [0:0]')],
  ['a rule in the middle', inFilter('-I INPUT 2 -p tcp -m tcp --dport 80 -j ACCEPT')],
  ['a number that is too high', inFilter('-I INPUT 9 -j ACCEPT')],
  ['a rule taken away as it was written', inFilter('-D INPUT -p udp -m udp --dport 53 -m comment --comment "some words" -j ACCEPT')],
  ['a rule taken away by its number', inFilter('-D INPUT 1', '-D INPUT 1')],
  ['a rule taken away that is not there', inFilter('-D INPUT -p udp -m udp --dport 54 -j ACCEPT')],
  ['a rule replaced', inFilter('-R INPUT 1 -i eth0 -j ACCEPT')],
  ['a chain flushed and deleted', inFilter('-D FORWARD -j USED', '-F USED', '-X USED')],
  ['a chain deleted that a rule jumps to', inFilter('-X USED')],
  ['a chain renamed', inFilter('-E OWN MINE')],
  ['a match where its chain is reached from elsewhere', '*nat\n:BY - [0:0]\n-A BY -o eth0 -j RETURN\n-A PREROUTING -j BY\nCOMMIT\n'],
  ['one table twice', inFilter('-A OUTPUT -j ACCEPT') + inFilter('-I OUTPUT -p tcp -j ACCEPT')],
];

/** Rule sets as they are found on nodes. */
const FOUND = [
  'nodelocaldns/kind-node-kubeproxy-only-2ep.rules',
  'nodelocaldns/kind-node-kubeproxy+nodelocaldns-1ep.rules',
  'nodelocaldns/nodelocaldns-ipvs-mode.rules',
];

export const restoreCases = (): readonly RestoreCase[] => [
  ...CASES.map(([name, transaction]) => ({ name, before: BEFORE, transaction })),
  ...(hasCorpora ? FOUND : []).map((file) => ({
    name: `node-cache's rules on ${file}`,
    before: readFileSync(`${corporaFolder}${file}`, 'utf8'),
    transaction: rulesFor('169.254.20.10'),
  })),
];
