import { notModelled } from '../../shared/not-modelled.ts';
import { hex, readInterval, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
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

/** Tests on 32-bit words of the packet (net/netfilter/xt_u32.c). */
export interface U32Match {
  readonly kind: 'u32';
  readonly tests: readonly Test[];
  readonly inverted: boolean;
}

const NOT_MODELLED = 'tests on the raw bytes of a packet';
/** XT_U32_MAXSIZE of tests, steps and ranges. */
const PARTS_MAX = 10;
const WORD: Interval = { min: 0, max: UINT32_MAX };

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
  return { offset: number(found[1] ?? ''), steps, ranges };
};

const printTest = ({ offset, steps, ranges }: Test): string =>
  `${hex(offset)}${steps.map(({ operator, number }) => `${operator}${hex(number)}`).join('')}=` +
  ranges.map(({ min, max }) => (min === max ? hex(min) : `${hex(min)}:${hex(max)}`)).join(',');

export const u32: MatchModule<'u32', U32Match> = {
  name: 'u32',
  notModelled: NOT_MODELLED,
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
  evaluate: () => notModelled(NOT_MODELLED),
  describe: (match) => `the words of the packet ${is(match.inverted)} ${match.tests.map(printTest).join(' and ')}`,
};
