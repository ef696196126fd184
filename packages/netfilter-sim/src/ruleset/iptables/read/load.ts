import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';
import { findMatchModule, matchModuleOf } from '../matches/index.ts';
import { findTargetModule } from '../targets/index.ts';
import type { CommandScope, Jump, LoadedMatch, LoadedTarget } from './command.ts';

export const loadMatch = (name: string, family: Family, position: Position): LoadedMatch => {
  const module = findMatchModule(name);
  if (module === undefined) throw new InputError(position, `unknown match "${name}"`, 'check its spelling');
  if (module.family !== undefined && module.family !== family) {
    throw new InputError(position, `match "${name}" is for ${module.family} only`, 'remove it');
  }
  return { kind: 'match', module, position, options: [] };
};

/** The match that a protocol brings along for options that nothing else knows. */
export const loadProtocolMatch = (
  protocol: ProtocolNumber | undefined,
  family: Family,
  position: Position,
): LoadedMatch | undefined => {
  const module = protocol === undefined ? undefined : matchModuleOf(protocol);
  if (module === undefined || (module.family ?? family) !== family) return undefined;
  return { kind: 'match', module, position, options: [] };
};

/** Targets that are neither extensions nor chains. */
export const VERDICTS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'RETURN', 'QUEUE']);

/** The target extension that a jump names; undefined for a verdict or a chain. */
export const loadTarget = ({ kind, name, position }: Jump, scope: CommandScope): LoadedTarget | undefined => {
  const declare = `declare the chain: :${name} - [0:0]`;
  if (kind === 'goto') {
    if (scope.hasChain(name)) return undefined;
    throw new InputError(position, `-g "${name}": there is no such chain above this line`, declare);
  }
  if (VERDICTS.has(name)) return undefined;
  const module = findTargetModule(name);
  if (module === undefined) {
    if (scope.hasChain(name)) return undefined;
    const reason = `-j "${name}": there is no such chain above this line, and no such target`;
    throw new InputError(position, reason, `${declare}, or check the spelling`);
  }
  if (module.family !== undefined && module.family !== scope.family) {
    throw new InputError(position, `target "${name}" is for ${module.family} only`, 'remove the rule');
  }
  return { kind: 'target', module, position, options: [] };
};
