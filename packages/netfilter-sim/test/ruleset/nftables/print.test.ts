import { printNftPlace, printNftRule, readNftables } from '@nodelocal/netfilter-sim';
import type { NftRule } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { listedRules } from './live/listing.ts';
import { readRecorded, RECORDED } from './recorded.ts';

const LACKING: readonly string[] = ['not-modelled', 'unknown-test', 'no-effect'];
const isWhole = ({ statements }: NftRule): boolean => statements.every(({ kind }) => !LACKING.includes(kind));

describe.each(RECORDED)('the recorded rule set %s', (name) => {
  const { json, listing } = readRecorded(name);
  const rules = readNftables(name, json).tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.rules.map((rule) => ({
        place: printNftPlace({ family: table.family, table: table.name, chain: chain.name, handle: rule.handle }),
        rule,
        text: printNftRule(rule, table.family),
      })),
    ),
  );
  const listed = listedRules(listing);

  it('is read to the last rule', () => {
    expect(rules.map(({ place }) => place)).toEqual([...listed.keys()]);
  });

  it('is printed as nft lists it', () => {
    const whole = rules.filter(({ rule }) => isWhole(rule));
    expect(whole.map(({ text }) => text)).toEqual(whole.map(({ place }) => listed.get(place)));
  });
});

it('what is not modelled is known by its rule', () => {
  const { json, listing } = readRecorded('expressions');
  const rules = readNftables('expressions', json).tables.flatMap(({ chains }) =>
    [...chains.values()].flatMap((chain) => chain.rules),
  );
  const lacking = rules.filter((rule) => !isWhole(rule)).map(({ handle }) => handle);
  const texts = [...listedRules(listing)]
    .filter(([place]) => place.startsWith('ip ') && lacking.includes(Number(place.split(' ').at(-1))))
    .map(([, text]) => text);
  expect(texts).toEqual([
    'meter m5 size 65535 { ip saddr limit rate 10/second } accept',
    'meta time < "2030-01-01 00:00:00" drop',
    'ct count over 5 drop',
  ]);
});
