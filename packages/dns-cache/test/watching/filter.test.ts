import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../src/message/name.ts';
import type { Filter } from '../../src/watching/filter.ts';
import { passes } from '../../src/watching/filter.ts';
import { globMatches } from '../../src/watching/glob.ts';
import type { FilterWords } from '../../src/watching/read-filter.ts';
import { readFilter } from '../../src/watching/read-filter.ts';
import type { Seen } from '../../src/watching/seen.ts';
import { createWaiting } from '../../src/watching/told.ts';

const WORDS: FilterWords = { names: [], clients: [], types: [], rcodes: [], slower: undefined };

const filterOf = (words: Partial<FilterWords>): Filter => {
  const filter = readFilter({ ...WORDS, ...words });
  if ('reason' in filter) throw new Error(filter.reason);
  return filter;
};

const SEEN: Seen = {
  client: { address: '10.244.1.5', port: 40_000 },
  transport: 'udp',
  name: foldText('www.example.org.'),
  type: 1,
  class: 1,
  rcode: 0,
  plugin: 'cache',
  durationMs: 3,
};

describe('what one wants to see', () => {
  it.each([
    [{}, {}, true],
    [{ names: ['example.org'] }, {}, true],
    [{ names: ['EXAMPLE.org.'] }, {}, true],
    [{ names: ['ample.org'] }, {}, false],
    [{ names: ['.'] }, {}, true],
    [{ names: ['*.example.org'] }, {}, true],
    [{ names: ['*.Example.*'] }, {}, true],
    [{ names: ['ww?.example.org.'] }, {}, true],
    [{ names: ['?.example.org'] }, {}, false],
    [{ names: ['example.net', 'example.org'] }, {}, true],
    [{ names: ['.'] }, { name: undefined }, false],
    [{}, { name: undefined }, true],
    [{ clients: ['10.244.0.0/16'] }, {}, true],
    [{ clients: ['10.244.1.5'] }, {}, true],
    [{ clients: ['10.244.1.6'] }, {}, false],
    [{ clients: ['2001:db8::/32'] }, {}, false],
    [{ clients: ['2001:db8::/32', '10.0.0.0/8'] }, {}, true],
    [{ types: ['AAAA'] }, {}, false],
    [{ types: ['aaaa', 'a'] }, {}, true],
    [{ rcodes: ['NXDOMAIN'] }, {}, false],
    [{ rcodes: ['nxdomain'] }, { rcode: 3 }, true],
    [{ rcodes: ['-'] }, { rcode: undefined }, true],
    [{ rcodes: ['-'] }, {}, false],
    [{ slower: '3ms' }, {}, true],
    [{ slower: '10ms' }, {}, false],
    [{ names: ['example.org'], rcodes: ['SERVFAIL'] }, {}, false],
  ] as const)('by %j: %j: %j', (words, seen, expected) => {
    expect(passes(filterOf(words), { ...SEEN, ...seen })).toBe(expected);
  });

  it.each([
    [{ names: ['a..b'] }, "not a domain name: 'a..b'; write a zone, as example.org, or a pattern for the whole name, as *.svc.*"],
    [{ clients: ['pods'] }, "not an address or a network: 'pods'; write 10.244.1.5 or 10.244.0.0/16"],
    [{ types: ['ADDRESS'] }, "not a type: 'ADDRESS'; write A, AAAA, SRV, ..."],
    [{ rcodes: ['BROKEN'] }, "not a response code: 'BROKEN'; write NXDOMAIN, SERVFAIL, ..., or - for no answer"],
    [{ slower: '10' }, "not a duration: '10'; write a number and a unit, as in 10ms or 1.5s"],
  ])('%j is refused', (words, reason) => {
    expect(readFilter({ ...WORDS, ...words })).toEqual({ kind: 'unreadable', reason });
  });
});

describe('a glob', () => {
  it('fits what the regular expression fits that means the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(globs, letters, (glob, text) => {
        const same = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(globMatches(glob, text)).toBe(same.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time to speak of', () => {
    expect(globMatches('*a'.repeat(60), `${'a'.repeat(250)}b`)).toBe(false);
  });
});

it('what does not find room is counted, and not even made', () => {
  const waiting = createWaiting<number>(2);
  let made = 0;
  for (let number = 0; number < 5; number += 1) {
    waiting.offer(() => {
      made += 1;
      return number;
    });
  }
  waiting.skip(10);
  expect(made).toBe(2);
  expect(waiting.take()).toEqual({ items: [0, 1], skipped: 13 });
  expect(waiting.take()).toEqual({ items: [], skipped: 0 });
});
