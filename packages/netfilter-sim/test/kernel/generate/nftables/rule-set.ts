import * as fc from 'fast-check';
import { mostly, oneOf, weighted } from '../../../../src/arbitraries/words.ts';
import type { Family } from '../../../../src/packet/address.ts';
import { tests } from './matches.ts';
import type { NftHook, NftPlace } from './place.ts';
import { FILTER_CHAINS, namedObjects, WORD } from './sets.ts';
import { statement } from './statements.ts';

/** Rules of nftables in parts, each of which a counterexample can do without. */
export interface NftRuleSetPlan {
  readonly bases: readonly BaseChainPlan[];
  /** Rules of chains that other chains enter; both tables have them. */
  readonly entered: readonly { readonly chain: string; readonly text: string }[];
}

interface BaseChainPlan {
  readonly table: 'own' | 'inet';
  readonly type: NftPlace['type'];
  readonly hook: NftHook;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly string[];
}

/**
 * Around those of iptables and conntrack, and some of theirs. Of equal ones the chain that is loaded later runs first,
 * and nftables is loaded later. Chains of type nat may not stand before conntrack.
 */
const PRIORITIES = [-400, -310, -300, -250, -190, -150, -110, -90, -10, 0, 10, 60, 110, 300] as const;
const NAT_PRIORITIES = [-150, -110, -100, -90, 0, 90, 100, 110] as const;

const KINDS = [
  [6, 'filter', ['prerouting', 'input', 'forward', 'output', 'postrouting']],
  [5, 'nat', ['prerouting', 'prerouting', 'input', 'output', 'postrouting', 'postrouting']],
  [2, 'route', ['output']],
] as const;

/** A rule with a counter behind its tests, or seldom before them. */
const rule = (place: NftPlace): fc.Arbitrary<string> =>
  tests(place).chain(({ protocol, text }) =>
    fc.tuple(statement(place, protocol), mostly(true, false)).map(([then, behind]) => {
      const words = behind ? [...text, 'counter', then] : ['counter', ...text, then];
      return words.filter((word) => word !== '').join(' ');
    }),
  );

const jumpsOf = (type: NftPlace['type'], hook: NftHook): readonly string[] => {
  if (type !== 'nat') return hook === 'postrouting' ? FILTER_CHAINS.slice(1) : FILTER_CHAINS;
  if (hook === 'input') return [];
  return hook === 'postrouting' ? ['S0'] : ['D0'];
};

const base = (family: Family): fc.Arbitrary<BaseChainPlan> =>
  weighted(...KINDS.map(([weight, type, hooks]) => [weight, fc.record({ type: fc.constant(type), hook: oneOf<NftHook>(...hooks), table: oneOf<BaseChainPlan['table']>('own', 'inet') })] as const)).chain(
    ({ type, hook, table }) =>
      fc.record({
        table: fc.constant(table),
        type: fc.constant(type),
        hook: fc.constant(hook),
        priority: type === 'nat' ? oneOf<number>(...NAT_PRIORITIES) : oneOf<number>(...PRIORITIES),
        policy: type === 'nat' ? fc.constant('accept' as const) : mostly<'accept' | 'drop'>('accept', 'drop'),
        rules: fc.array(
          rule({
            family,
            table,
            hook,
            type,
            jumps: jumpsOf(type, hook),
            rejects: type !== 'nat' && hook !== 'postrouting',
            ...(type === 'nat' ? { manip: hook === 'prerouting' || hook === 'output' ? ('destination' as const) : ('source' as const) } : {}),
          }),
          { maxLength: 8 },
        ),
      }),
  );

const entered = (family: Family): fc.Arbitrary<NftRuleSetPlan['entered'][number]> => {
  const chain = (name: string, place: Pick<NftPlace, 'type' | 'jumps' | 'rejects' | 'manip'>): fc.Arbitrary<NftRuleSetPlan['entered'][number]> =>
    fc.record({ chain: fc.constant(name), text: rule({ family, table: 'either', hook: undefined, ...place }) });
  return weighted(
    [3, chain('F0', { type: 'filter', jumps: ['F1'], rejects: true })],
    [3, chain('F1', { type: 'filter', jumps: [], rejects: false })],
    [2, chain('D0', { type: 'nat', jumps: [], rejects: false, manip: 'destination' })],
    [2, chain('S0', { type: 'nat', jumps: [], rejects: false, manip: 'source' })],
  );
};

export const nftRuleSetPlan = (family: Family): fc.Arbitrary<NftRuleSetPlan> =>
  fc.record({
    bases: fc.array(base(family), { minLength: 1, maxLength: 6 }),
    entered: fc.array(entered(family), { maxLength: 8 }),
  });

const ENTERED = ['F0', 'F1', 'D0', 'S0'] as const;

const chainText = (name: string, lines: readonly string[]): string => [`  chain ${name} {`, ...lines.map((text) => `    ${text}`), '  }'].join('\n');

/** What `nft -f` loads. */
export const nftText = ({ bases, entered: inner }: NftRuleSetPlan, family: Family): string =>
  (['own', 'inet'] as const)
    .flatMap((table) => {
      const own = bases.flatMap((one, at) => (one.table === table ? [{ ...one, name: `c${at}` }] : []));
      if (own.length === 0) return [];
      const rules = [...inner.map(({ text }) => text), ...own.flatMap((one) => one.rules)];
      return [
        `table ${table === 'own' ? WORD[family] : 'inet'} generated {`,
        ...namedObjects(family).flatMap(([reference, text]) => (rules.some((one) => one.includes(reference)) ? [`  ${text}`] : [])),
        ...ENTERED.map((name) => chainText(name, inner.filter(({ chain }) => chain === name).map(({ text }) => text))),
        ...own.map(({ name, type, hook, priority, policy, rules }) => chainText(name, [`type ${type} hook ${hook} priority ${priority}; policy ${policy};`, ...rules])),
        '}',
        '',
      ];
    })
    .join('\n');
