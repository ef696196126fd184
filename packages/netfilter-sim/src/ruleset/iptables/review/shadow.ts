import { addressBits } from '../../../packet/address.ts';
import type { InterfaceTest } from '../extension/interface-test.ts';
import { matchModule } from '../matches/index.ts';
import type { Match } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { AddressTest, Rule } from '../values/rule-set.ts';

/**
 * Whether the rule at `before`, which ends the chain for what it meets, takes away every packet that
 * the rule at `index` could meet: whatever it asks for, the later rule asks for too. A quick,
 * one-sided test: where it says no, the rule may still be dead.
 */
export const isShadowedBy = (rules: readonly Rule[], index: number, before: number): boolean => {
  const [earlier, later] = [rules[before], rules[index]];
  if (earlier === undefined || later === undefined || !coversBase(earlier, later)) return false;
  const quiet = rules.slice(before + 1, index).every(({ target }) => isQuiet(target));
  return earlier.matches.every((match) => isAskedBy(match, later, quiet));
};

const coversBase = (earlier: Rule, later: Rule): boolean =>
  coversAddress(earlier.source, later.source) &&
  coversAddress(earlier.destination, later.destination) &&
  coversInterface(earlier.inInterface, later.inInterface) &&
  coversInterface(earlier.outInterface, later.outInterface) &&
  (earlier.protocol === undefined ||
    (later.protocol?.number === earlier.protocol.number && later.protocol.inverted === earlier.protocol.inverted)) &&
  (earlier.fragment === undefined || later.fragment?.inverted === earlier.fragment.inverted);

const coversAddress = (earlier: AddressTest | undefined, later: AddressTest | undefined): boolean => {
  if (earlier === undefined) return true;
  if (later === undefined) return false;
  if (earlier.inverted || later.inverted) {
    return earlier.inverted === later.inverted && earlier.address === later.address && earlier.mask === later.mask;
  }
  const insideMask = (earlier.mask & later.mask) === earlier.mask;
  return insideMask && (addressBits(later.address) & earlier.mask) === addressBits(earlier.address);
};

const coversInterface = (earlier: InterfaceTest | undefined, later: InterfaceTest | undefined): boolean => {
  if (earlier === undefined) return true;
  if (later === undefined || earlier.inverted !== later.inverted) return false;
  if (earlier.name === later.name && earlier.kind === later.kind) return true;
  return !earlier.inverted && earlier.kind === 'prefix' && later.name.startsWith(earlier.name);
};

const isQuiet = (target: Rule['target']): boolean =>
  target.kind === 'none' ||
  target.kind === 'verdict' ||
  (target.kind === 'extension' && targetModule(target.target).quiet === true);

/** Whether the later rule asks the same, word for word, or a remark is all there is to it. */
const isAskedBy = (match: Match, later: Rule, quiet: boolean): boolean => {
  if (match.kind === 'comment') return true;
  const module = matchModule(match);
  const { steady } = module;
  if (steady === undefined || (steady === 'while-unchanged' && !quiet)) return false;
  const text = module.print(match);
  return (
    text === '' || later.matches.some((other) => other.kind === match.kind && matchModule(other).print(other) === text)
  );
};
