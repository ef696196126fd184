import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import { isBuiltInChain } from '../../shared/hooks.ts';
import type { TableName } from '../../shared/hooks.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { readInterfaceTest } from '../extension/interface-test.ts';
import type { Match } from '../matches/index.ts';
import type { Target } from '../targets/index.ts';
import type { Counters, Rule, RuleTarget } from '../values/rule-set.ts';
import { readAddressTests, readProtocolTest } from './base-tests.ts';
import { readCounters } from './command.ts';
import type { CommandLine, CommandScope } from './command.ts';
import type { DraftPlacement, RuleDraft } from './draft.ts';
import { VERDICTS } from './load.ts';

const NO_COUNTERS: Counters = { packets: 0n, bytes: 0n };

/** A built-in chain sees packets that have no such device yet, or no longer. */
const IMPOSSIBLE_INTERFACE: Readonly<Record<string, readonly string[]>> = {
  '--in-interface': ['OUTPUT', 'POSTROUTING'],
  '--out-interface': ['PREROUTING', 'INPUT'],
};

const readFragment = (option: WrittenOption | undefined, scope: CommandScope): Rule['fragment'] | undefined => {
  if (option === undefined) return undefined;
  if (scope.family === 'ipv6') throw new InputError(option.position, '-f is for ipv4 only', 'use -m frag');
  return { inverted: option.inverted };
};

const checkInterface = (option: WrittenOption | undefined, chain: string): void => {
  if (option !== undefined && IMPOSSIBLE_INTERFACE[option.name]?.includes(chain) === true) {
    throw new InputError(option.position, `${option.name} has no meaning in ${chain}`, 'remove it');
  }
};

const readTarget = (line: CommandLine, scope: CommandScope, target: Target | undefined): RuleTarget => {
  const { jump } = line;
  if (jump === undefined) return { kind: 'none' };
  if (target !== undefined) return { kind: 'extension', target };
  if (jump.kind === 'jump' && isVerdict(jump.name)) return readVerdict(jump.name, scope.table, jump.position);
  if (isBuiltInChain(scope.table, jump.name)) {
    throw new InputError(
      jump.position,
      `nothing can lead to the built-in chain ${jump.name}`,
      'use a chain of your own',
    );
  }
  return { kind: jump.kind, chain: jump.name };
};

type Verdict = Extract<RuleTarget, { kind: 'verdict' }>['verdict'];

const isVerdict = (name: string): name is Verdict => VERDICTS.has(name);

/** A DROP in nat is forbidden by iptables itself, whatever the kernel would do (xtables_error of iptables.c). */
const readVerdict = (verdict: Verdict, table: TableName, position: Position): RuleTarget => {
  if (verdict === 'DROP' && table === 'nat') {
    throw new InputError(position, 'the nat table is not for filtering: no DROP here', 'drop in the filter table');
  }
  return { kind: 'verdict', verdict };
};

/** The rules that a line stands for: one, or one for each address of a comma list. */
export const readRules = (
  line: CommandLine,
  chain: string,
  scope: CommandScope,
  lineCounters: Counters | undefined,
): readonly RuleDraft[] => {
  const { base } = line;
  for (const name of ['--in-interface', '--out-interface']) checkInterface(base.get(name), chain);
  const protocol = readProtocolTest(base.get('--protocol'));
  const matches: Match[] = [];
  const placements: DraftPlacement[] = [];
  let target: Target | undefined;

  for (const extension of line.extensions) {
    const { position, options } = extension;
    const ruleScope: RuleScope = {
      family: scope.family,
      table: scope.table,
      chain,
      protocol: protocol?.inverted === false ? protocol.number : undefined,
      writtenProtocol: protocol?.number,
      position,
    };
    const what = `${extension.kind} "${extension.module.name}"`;
    if (extension.kind === 'match') {
      const match = extension.module.parse(options, ruleScope);
      matches.push(match);
      placements.push({ what, position, placement: extension.module.placement?.(match) ?? {} });
    } else {
      target = extension.module.parse(options, ruleScope);
      placements.push({ what, position, placement: extension.module.placement?.(target) ?? {} });
    }
  }

  const inInterface = readInterfaceTest(base.get('--in-interface'));
  const outInterface = readInterfaceTest(base.get('--out-interface'));
  const fragment = readFragment(base.get('--fragments'), scope);
  const rest = {
    line: line.position.line,
    counters: readCounters(base.get('--set-counters')) ?? lineCounters ?? NO_COUNTERS,
    ...(inInterface === undefined ? {} : { inInterface }),
    ...(outInterface === undefined ? {} : { outInterface }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(fragment === undefined ? {} : { fragment }),
    matches,
    target: readTarget(line, scope, target),
  };
  const targetPosition = line.jump?.position ?? line.position;
  const destinations = readAddressTests(base.get('--destination'), scope.family);
  return readAddressTests(base.get('--source'), scope.family).flatMap((source) =>
    destinations.map((destination) => ({
      rule: {
        ...rest,
        ...(source === undefined ? {} : { source }),
        ...(destination === undefined ? {} : { destination }),
      },
      position: line.position,
      targetPosition,
      placements,
    })),
  );
};
