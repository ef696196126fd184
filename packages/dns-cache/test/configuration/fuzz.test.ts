import { readFileSync } from 'node:fs';
import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { EXAMPLES } from './examples.ts';

const lesson = readFileSync(new URL('../../../scenarios/nodes/lesson/corefile', import.meta.url), 'utf8');
const texts: readonly string[] = [lesson, ...Object.values(EXAMPLES)];

/** What a file that is imported may say. */
const IMPORTED: Readonly<Record<string, string>> = {
  one: 'errors\ncache {\n success 1\n}',
  itself: 'import itself',
  open: 'cache {',
  closed: '}',
};

const runs = 4000;

const fragments = [
  '{', '}', '"', '\\', '#', '\n', '\r\n', ' ', ',', '{$HOME}', '{%HOME%}', '{$', '(s)', 'import s', 'import one', 'import itself',
  'import open', 'import closed', 'import *', '""', '-1', '0', '99999999999999999999', '1h', '5%', '10.0.0.0/7', '::/1', 'a..b', '[', '(((',
  '\uFEFF', '\u0000', '\u00A0', '\u{1F600}', '.', ':', '://', 'dns://', 'cache', 'forward . 192.0.2.1', 'serve_stale', 'log . "{combined}"',
];

type Change = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);

const change: fc.Arbitrary<Change> = fc.oneof(
  // A fragment put in, a piece taken out, said twice or moved, another text's tail.
  fc.tuple(place, fc.constantFrom(...fragments)).map(
    ([where, fragment]): Change =>
      (text) => `${text.slice(0, at(text, where))}${fragment}${text.slice(at(text, where))}`,
  ),
  fc.tuple(place, fc.string({ unit: 'binary', maxLength: 8 })).map(
    ([where, any]): Change =>
      (text) => `${text.slice(0, at(text, where))}${any}${text.slice(at(text, where))}`,
  ),
  fc.tuple(place, fc.nat(40)).map(
    ([where, length]): Change =>
      (text) => `${text.slice(0, at(text, where))}${text.slice(at(text, where) + length)}`,
  ),
  fc.tuple(place, fc.nat(40), fc.nat(20)).map(
    ([where, length, times]): Change =>
      (text) => `${text.slice(0, at(text, where))}${text.slice(at(text, where)).slice(0, length).repeat(times)}${text.slice(at(text, where))}`,
  ),
  fc.tuple(place, place, fc.constantFrom(...texts)).map(
    ([where, there, other]): Change =>
      (text) => `${text.slice(0, at(text, where))}${other.slice(at(other, there))}`,
  ),
  fc.tuple(place, place, place).map(([one, two, three]): Change => (text) => {
    const [from = 0, to = 0] = [at(text, one), at(text, two)].toSorted((x, y) => x - y);
    const rest = text.slice(0, from) + text.slice(to);
    return rest.slice(0, at(rest, three)) + text.slice(from, to) + rest.slice(at(rest, three));
  }),
);

const corefile = fc
  .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 5 }))
  .map(([text, changes]) => changes.reduce((changed, apply) => apply(changed), text));

/** Reads and builds; gives why it cannot, and rethrows what is no CorefileError. */
const faultOf = (text: string): CorefileError | undefined => {
  try {
    const parsed = parseCorefile(text, {
      file: 'Corefile',
      environment: { HOME: '/root' },
      readImport: (pattern) => {
        const found = IMPORTED[pattern];
        if (found === undefined) throw new Error('no such file');
        return [{ file: pattern, text: found }];
      },
    });
    createNameServer({
      corefile: parsed,
      port: 53,
      random: () => 0.5,
      readFile: () => {
        throw new Error('no such file');
      },
    });
    return undefined;
  } catch (error) {
    if (error instanceof CorefileError) return error;
    throw error;
  }
};

const expectInside = ({ position, message, reason }: CorefileError, text: string): void => {
  const source = position.file === 'Corefile' ? text : IMPORTED[position.file];
  if (source === undefined) throw new Error(`a position in no file: ${message}`);
  const lines = source.replace(/^\uFEFF/, '').split('\n');
  const line = lines[position.line - 1];
  if (line === undefined) throw new Error(`a line that is not there: ${message}`);
  expect(position.column).toBeGreaterThanOrEqual(1);
  expect(position.column).toBeLessThanOrEqual(Math.max(1, line.length));
  expect(message.startsWith(`${position.file}:${position.line}:${position.column}: `)).toBe(true);
  expect(reason).not.toBe('');
};

const check = (text: string): void => {
  const fault = faultOf(text);
  if (fault !== undefined) expectInside(fault, text);
};

it('whatever a Corefile says, it is read, or refused with a place in it', () => {
  fc.assert(fc.property(corefile, check), { numRuns: runs });
});

it('words in any order are no different', () => {
  const words = texts.flatMap((text) => text.split(/(\s+)/));
  const mixed = fc.array(fc.constantFrom(...words, ...fragments), { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(fc.property(mixed, check), { numRuns: runs });
});

it('nor is a text that is nothing of the kind', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: runs });
});

it.each([
  ['a brace, a hundred thousand times', '{'.repeat(100_000)],
  ['blocks in blocks', `. ${'{ a '.repeat(100_000)}`],
  ['a quote that never ends', `. {\n log "${'a\n'.repeat(100_000)}`],
  ['backslashes', `. {\n log . "${'\\'.repeat(200_001)}"\n}`],
  ['references', `. {\n log . "${'{$'.repeat(50_000)}"\n}`],
  ['references of the other kind', `. {\n log . "${'{%'.repeat(50_000)}"\n}`],
  ['a long key', `${'a.'.repeat(50_000)} {\n}`],
  ['many keys', `${'a '.repeat(20_000)} {\n}`],
  ['many blocks', 'a {\n}\n'.repeat(10_000)],
  ['colons', `${':'.repeat(50_000)} {\n}`],
  ['a long duration', `. {\n cache {\n servfail ${'1h'.repeat(50_000)}\n }\n}`],
  ['a duration that never ends', `. {\n cache {\n servfail ${'1'.repeat(50_000)}\n }\n}`],
  ['a pattern', `. {\n errors {\n consolidate 1s "${'(a*)*'.repeat(500)}"\n }\n}`],
  ['a network of everything', '::/1 0.0.0.0/1 {\n cache 128.0.0.0/1\n}'],
  ['commas', `${'a,'.repeat(50_000)} {\n}`],
  ['snippets in snippets', Array.from({ length: 40 }, (_, n) => `(s${n}) {\n import s${n + 1}\n import s${n + 1}\n}\n`).join('') + '(s40) {\n}\n. {\n import s0\n}'],
])('%s takes no time', (_what, text) => {
  check(text);
});
