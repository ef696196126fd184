import * as fc from 'fast-check';
import type { RecordedLine } from '../recorded/lines.ts';

/** Values at the edges of what options take. */
const VALUES = [
  '0', '1', '2', '5', '7', '15', '16', '31', '32', '33', '63', '64', '100', '127', '128', '129', '255', '256', '512', '1000', '65534', '65535', '65536',
  '2147483647', '2147483648', '4294967295', '4294967296', '18446744073709551615', '18446744073709551616', '0x0', '0x1', '0xff', '0xffffffff', '010', '08',
  '0:65535', '0:255', '0:4294967295', '1:2', '2:1', ':5', '5:', '1-2', '2-1', '0-65535', '53/54', 'domain', 'tcp', 'udp', 'icmp', 'all',
  '0.0.0.0/0', '10.0.0.0/8', '10.0.0.1/8', '10.1', '1.2.3.4', '255.255.0.0', '::', '::/0', 'fd00::1/64', 'fd00::1', 'eth0', 'eth+', 'x', 'a,b', 'src', 'dst,src', '1/s', '7/min', '10kb/s',
];

const SEPARATORS = /([,:/-])/;

type Change = (words: readonly string[]) => readonly string[];

const at = (words: readonly string[], index: number, test: (word: string) => boolean): number => {
  const found = words.flatMap((word, place) => (test(word) ? [place] : []));
  return found[index % Math.max(1, found.length)] ?? -1;
};

const isOption = (word: string): boolean => word.startsWith('--');
const isValue = (word: string): boolean => !word.startsWith('-') && word !== '!';

const replaceAt = (words: readonly string[], place: number, ...by: readonly string[]): readonly string[] =>
  place < 0 ? words : [...words.slice(0, place), ...by, ...words.slice(place + 1)];

/** One change to the words of a rule; those that name tables, matches and targets may go too. */
const change: fc.Arbitrary<Change> = fc
  .record({ what: fc.constantFrom('value', 'value', 'value', 'piece', 'piece', 'invert', 'drop', 'twice', 'case', 'shorter'), index: fc.nat(50), piece: fc.nat(5), value: fc.constantFrom(...VALUES) })
  .map(({ what, index, piece, value }) => (words: readonly string[]): readonly string[] => {
    switch (what) {
      case 'value':
        return replaceAt(words, at(words, index, isValue), value);
      case 'piece': {
        const place = at(words, index, (word) => isValue(word) && SEPARATORS.test(word));
        const pieces = (words[place] ?? '').split(SEPARATORS);
        return replaceAt(words, place, replaceAt(pieces, (2 * piece) % pieces.length, value).join(''));
      }
      case 'invert': {
        const place = at(words, index, isOption);
        return replaceAt(words, place, '!', words[place] ?? '');
      }
      case 'drop':
        return replaceAt(words, at(words, index, (word) => isOption(word) || isValue(word)));
      case 'twice': {
        const place = at(words, index, isOption);
        const next = words[place + 1];
        return next === undefined || !isValue(next) ? words : [...words, words[place] ?? '', value];
      }
      case 'case': {
        const place = at(words, index, isValue);
        const word = words[place] ?? '';
        return replaceAt(words, place, word === word.toLowerCase() ? word.toUpperCase() : word.toLowerCase());
      }
      case 'shorter': {
        const place = at(words, index, (word) => isOption(word) || isValue(word));
        return replaceAt(words, place, (words[place] ?? '').slice(0, -1));
      }
      default:
        return words;
    }
  });

/**
 * What iptables takes though nobody means it, the model refuses: `--weekdays 255`, a quote left open, a device called
 * `!`, the day before the first, what stands around an address in brackets or before a port.
 */
const meansNothing = ({ written }: RecordedLine): boolean =>
  /--(?:week|month)days? \S*(?:\d{2}|x)|\d\.\d+::|-(?:[io]|in|out) !|--time\w+ \S*::|--date\w+ \S*-0+(?: |$)|--set-class \S*[\da-f]{5}|--probability 0x|--to-\w+ (?:\d+:|\S*\[\S*\][^:]|[^[ ]+\[)/.test(written) || (written.match(/"/g) ?? []).length % 2 === 1;

/** What depends on the kernel's modules, its sets and files, and on /etc/services, says nothing. */
const dependsOnHost = ({ written }: RecordedLine): boolean =>
  /(?:sctp|dccp).*domain|--help|--timeout|--object-pinned|--nfacct-name|--path|--rateest/.test(written) || (/-m set|-j SET/.test(written) && /--\w+-s?e?t? (?!s1 |s2 )|--set (?!s1 |s2 )/.test(written));

/** Rules that are a little different from those that were recorded. */
export const mutatedRules = (lines: readonly RecordedLine[]): fc.Arbitrary<RecordedLine> =>
  fc
    .tuple(fc.constantFrom(...lines), fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([line, changes]) => {
      const words = changes.reduce((found: readonly string[], one) => one(found), line.written.split(' '));
      return { ...line, written: words.join(' '), printed: undefined };
    })
    .filter((line) => !dependsOnHost(line) && !meansNothing(line));
