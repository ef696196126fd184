import { InputError, newHostState, printNftRule, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flightOf, lab } from '../../support/lab.ts';
import { readRecorded, RECORDED } from './recorded.ts';

type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

const PIECES: readonly JsonValue[] = [
  null,
  true,
  '',
  '@',
  '@x',
  '*',
  'a . b',
  -1,
  0,
  2 ** 40,
  1.5,
  'lo',
  '10.0.0.1',
  'fd00::1',
  [],
  {},
  [[]],
  ['10.0.0.1', 'x'],
  { set: [] },
  { concat: [] },
  { range: [5, 1] },
  { prefix: { addr: '::', len: 0 } },
  { elem: { val: '*' } },
  { jump: { target: 'services' } },
  { meta: { key: 'mark' } },
  { '&': [1, 2, 3] },
  '__proto__',
  'constructor',
];

/** Puts a piece in the place of the value at a way through the document, taken by chance. */
const mutate = (value: JsonValue, way: readonly number[], piece: JsonValue): JsonValue => {
  const [step, ...rest] = way;
  if (step === undefined || value === null || typeof value !== 'object') return piece;
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    if (list.length === 0) return piece;
    return list.map((one, at) => (at === step % list.length ? mutate(one, rest, piece) : one));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return piece;
  return Object.fromEntries(
    entries.map(([name, one], at) => [name, at === step % entries.length ? mutate(one, rest, piece) : one]),
  );
};

const contents = (json: string) => ({ 'nft-ruleset.json': json });

/** The host, or undefined where the document was refused with a position. */
const read = (json: string): Host | undefined => {
  try {
    return readNode({ folder: 'n', contents: contents(json) }).host;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
};

const packets = [
  'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53',
  'pod1: tcp 10.244.1.5:40000 > 10.96.0.11:80',
  'pod1: icmp 10.244.1.5 > 10.244.1.6',
  'eth0: udp 203.0.113.1:7001 > 172.18.0.2:7001',
];

describe.each(RECORDED)('changed documents of %s', (name) => {
  const { json } = readRecorded(name);
  const document = JSON.parse(json) as JsonValue;
  const { host: place } = lab('');

  it('are read or refused, printed, and walked to an end', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ way: fc.array(fc.nat(400), { minLength: 2, maxLength: 9 }), piece: fc.constantFrom(...PIECES) }),
          { minLength: 1, maxLength: 3 },
        ),
        (mutations) => {
          const changed = mutations.reduce((value, { way, piece }) => mutate(value, [0, ...way], piece), document);
          const host = read(JSON.stringify(changed));
          if (host === undefined) return;
          for (const table of host.nftables.tables) {
            for (const { rules } of table.chains.values()) for (const rule of rules) printNftRule(rule, table.family);
          }
          const state = newHostState();
          for (const packet of packets)
            run({ ...place, nftables: host.nftables }, state, flightOf(packet), seededChance(1));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('cut short are refused', () => {
    fc.assert(
      fc.property(fc.nat(json.length - 4), (length) => {
        expect(read(json.slice(0, length))).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});
