import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lessonFolder } from '../support/lesson.ts';

const SKIP = 'NodeLocal DNS Cache: skip conntrack';
const ALLOW = 'NodeLocal DNS Cache: allow DNS traffic';

/** node-cache's rules for one address, in the order in which it asks for them (cmd/node-cache/app/cache_app.go). */
const wanted = (ip: string): readonly (readonly [table: string, chain: string, test: string, comment: string, target: string])[] => [
  ['raw', 'PREROUTING', `-d ${ip}/32 -p tcp -m tcp --dport 53`, SKIP, 'NOTRACK'],
  ['raw', 'PREROUTING', `-d ${ip}/32 -p udp -m udp --dport 53`, SKIP, 'NOTRACK'],
  ['filter', 'INPUT', `-d ${ip}/32 -p tcp -m tcp --dport 53`, ALLOW, 'ACCEPT'],
  ['filter', 'INPUT', `-d ${ip}/32 -p udp -m udp --dport 53`, ALLOW, 'ACCEPT'],
  ['raw', 'OUTPUT', `-s ${ip}/32 -p tcp -m tcp --sport 53`, SKIP, 'NOTRACK'],
  ['raw', 'OUTPUT', `-s ${ip}/32 -p udp -m udp --sport 53`, SKIP, 'NOTRACK'],
  ['filter', 'OUTPUT', `-s ${ip}/32 -p tcp -m tcp --sport 53`, ALLOW, 'ACCEPT'],
  ['filter', 'OUTPUT', `-s ${ip}/32 -p udp -m udp --sport 53`, ALLOW, 'ACCEPT'],
  ['raw', 'OUTPUT', `-d ${ip}/32 -p tcp -m tcp --dport 53`, SKIP, 'NOTRACK'],
  ['raw', 'OUTPUT', `-d ${ip}/32 -p udp -m udp --dport 53`, SKIP, 'NOTRACK'],
  ['raw', 'OUTPUT', `-d ${ip}/32 -p tcp -m tcp --dport 8080`, SKIP, 'NOTRACK'],
  ['raw', 'OUTPUT', `-s ${ip}/32 -p tcp -m tcp --sport 8080`, SKIP, 'NOTRACK'],
];

it("has node-cache's 24 rules, each put in front of those before it", () => {
  const text = readFileSync(`${lessonFolder}/iptables-save.txt`, 'utf8');
  const inTable = (table: string): readonly string[] => (text.split(`*${table}\n`)[1] ?? '').split('COMMIT')[0]?.split('\n') ?? [];
  const all = ['169.254.20.10', '10.96.0.10'].flatMap(wanted);
  for (const [table, chain] of [['raw', 'PREROUTING'], ['raw', 'OUTPUT'], ['filter', 'INPUT'], ['filter', 'OUTPUT']] as const) {
    const expected = all
      .filter(([inside, under]) => inside === table && under === chain)
      .map(([, , test, comment, target]) => `-A ${chain} ${test} -m comment --comment "${comment}" -j ${target}`)
      .toReversed();
    const found = inTable(table).filter((line) => line.startsWith(`-A ${chain} `));
    expect(found.slice(0, expected.length)).toEqual(expected);
  }
});
