import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import { hex, readInterval, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { octetsAt, octetsOf } from '../../shared/octets.ts';
import type { Octets } from '../../shared/octets.ts';
import { answer } from '../../shared/outcome.ts';
import { and, knownWord, liesBetween, numberOf, shiftLeft, shiftRight } from '../../shared/partial-word.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

interface Step {
  readonly operator: '&' | '<<' | '>>' | '@';
  readonly number: number;
}

/** A place in the packet's bytes, what is done to its value, and the ranges it must lie in. */
interface Test {
  readonly offset: number;
  readonly steps: readonly Step[];
  readonly ranges: readonly Interval[];
}

/** Tests on 32-bit words of the packet (net/netfilter/xt_u32.c, 6.12). */
export interface U32Match {
  readonly kind: 'u32';
  readonly tests: readonly Test[];
  readonly inverted: boolean;
}

/** XT_U32_MAXSIZE of tests, steps and ranges. */
const PARTS_MAX = 10;
const WORD: Interval = { min: 0, max: UINT32_MAX };
/** u32_mt_checkentry refuses more since 6.6. */
const SHIFT_BITS_MAX = 31;

const readTest = (option: WrittenOption, text: string): Test => {
  const expected = 'OFFSET[&MASK|<<N|>>N|@OFFSET…]=VALUE[:VALUE][,…], joined with &&';
  const [place = '', wanted, ...more] = text.split('=');
  const found = /^\s*(\w+)\s*((?:(?:&|<<|>>|@)\s*\w+\s*)*)$/.exec(place);
  const number = (word: string): number => readInterval(word, WORD)?.min ?? refuse(option, expected);
  if (found === null || wanted === undefined || more.length > 0) return refuse(option, expected);
  const steps = [...(found[2] ?? '').matchAll(/(&|<<|>>|@)\s*(\w+)/g)].map(([, operator, word]): Step => ({
    operator: operator as Step['operator'],
    number: number(word ?? ''),
  }));
  const ranges = wanted.split(',').map((range) => {
    const [low, high] = range.split(':').map((word) => number(word.trim()));
    return low === undefined ? refuse(option, expected) : { min: low, max: high ?? low };
  });
  if (steps.length >= PARTS_MAX || ranges.length > PARTS_MAX) refuse(option, `at most ${PARTS_MAX} steps and ranges`);
  const shifts = steps.filter(({ operator }) => operator === '<<' || operator === '>>');
  if (shifts.some((step) => step.number > SHIFT_BITS_MAX)) refuse(option, `shifts by at most ${SHIFT_BITS_MAX} bits`);
  return { offset: number(found[1] ?? ''), steps, ranges };
};

const printTest = ({ offset, steps, ranges }: Test): string =>
  `${hex(offset)}${steps.map(({ operator, number }) => `${operator}${hex(number)}`).join('')}=` +
  ranges.map(({ min, max }) => (min === max ? hex(min) : `${hex(min)}:${hex(max)}`)).join(',');

/** One turn of u32_match_it. A word that is not all inside the packet meets nothing. */
const holds = ({ offset, steps, ranges }: Test, octets: Octets): boolean | NotModelled => {
  let base = 0;
  let place = offset;
  let word = octetsAt(octets, place, 4);
  const unknown = (): NotModelled => notModelled(`the octets of the packet from ${place} to ${place + 3}`);
  for (const { operator, number } of steps) {
    if (word === undefined) return false;
    switch (operator) {
      case '&':
        word = and(word, knownWord(number));
        break;
      case '<<':
        word = shiftLeft(word, number);
        break;
      case '>>':
        word = shiftRight(word, number);
        break;
      case '@': {
        const by = numberOf(word);
        if (by === undefined) return unknown();
        base += by;
        place = base + number;
        word = octetsAt(octets, place, 4);
        break;
      }
    }
  }
  if (word === undefined) return false;
  const found = ranges.map((range) => liesBetween(word, range));
  return found.includes(true) || (found.includes(undefined) ? unknown() : false);
};

export const u32: MatchModule<'u32', U32Match> = {
  name: 'u32',
  notModelledFor: 'octets that nobody knows',
  steady: 'while-unchanged',
  options: { '--u32': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--u32', scope, '"TESTS"');
    const tests = valueOf(option)
      .split('&&')
      .map((text) => readTest(option, text));
    if (tests.length > PARTS_MAX) refuse(option, `at most ${PARTS_MAX} tests`);
    return { kind: 'u32', tests, inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--u32 "${match.tests.map(printTest).join('&&')}"`,

  evaluate({ tests, inverted }, { packet }) {
    const octets = octetsOf(packet);
    const found = tests.map((test) => holds(test, octets));
    // One test that fails is enough, whatever the others say.
    if (found.includes(false)) return answer(inverted);
    return found.find((result) => typeof result === 'object') ?? answer(!inverted);
  },

  describe: (match) => `the words of the packet ${is(match.inverted)} ${match.tests.map(printTest).join(' and ')}`,
};
