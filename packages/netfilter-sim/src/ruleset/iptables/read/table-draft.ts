import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import { BUILT_IN_CHAINS, isBuiltInChain } from '../../shared/hooks.ts';
import type { TableName } from '../../shared/hooks.ts';
import type { Chain, Counters, Table } from '../values/rule-set.ts';
import type { RuleDraft } from './draft.ts';

export interface ChainDraft {
  readonly name: string;
  policy: Chain['policy'];
  counters: Counters;
  readonly rules: RuleDraft[];
}

/** XT_EXTENSION_MAXNAMELEN of include/uapi/linux/netfilter/x_tables.h, with its NUL. */
const CHAIN_NAME_LENGTH_MAX = 28;

/** A table while its lines are read: what `iptables-restore` keeps until COMMIT. */
export class TableDraft {
  readonly name: TableName;
  readonly chains = new Map<string, ChainDraft>();

  constructor(name: TableName) {
    this.name = name;
    for (const chain of BUILT_IN_CHAINS[name]) this.chains.set(chain, emptyChain(chain, 'ACCEPT'));
  }

  /** @throws InputError where the table has no such chain. */
  chain(name: string, position: Position): ChainDraft {
    const found = this.chains.get(name);
    if (found === undefined) {
      throw new InputError(position, `table ${this.name} has no chain "${name}"`, `declare it: :${name} - [0:0]`);
    }
    return found;
  }

  addChain(name: string, position: Position): void {
    if (name === '' || name.startsWith('-') || name.startsWith('!') || name.length > CHAIN_NAME_LENGTH_MAX) {
      throw new InputError(
        position,
        `bad chain name "${name}"`,
        `use 1 to ${CHAIN_NAME_LENGTH_MAX} characters, no - or ! at the start`,
      );
    }
    if (this.chains.has(name)) throw new InputError(position, `chain "${name}" exists already`, 'declare it once');
    this.chains.set(name, emptyChain(name, 'none'));
  }

  deleteChain(name: string, position: Position): void {
    const { rules } = this.chain(name, position);
    if (isBuiltInChain(this.name, name)) throw new InputError(position, `${name} is built in`, 'remove the line');
    if (rules.length > 0) throw new InputError(position, `chain "${name}" is not empty`, `flush it first: -F ${name}`);
    if (this.isReferenced(name)) {
      throw new InputError(position, `a rule jumps to chain "${name}"`, 'delete that rule first');
    }
    this.chains.delete(name);
  }

  renameChain(from: string, to: string, position: Position): void {
    const { policy, counters, rules } = this.chain(from, position);
    if (isBuiltInChain(this.name, from)) throw new InputError(position, `${from} is built in`, 'remove the line');
    this.addChain(to, position);
    this.chains.set(to, { name: to, policy, counters, rules });
    this.chains.delete(from);
    for (const chain of this.chains.values()) {
      for (const [index, draft] of chain.rules.entries()) {
        const { target } = draft.rule;
        if ((target.kind === 'jump' || target.kind === 'goto') && target.chain === from) {
          chain.rules[index] = { ...draft, rule: { ...draft.rule, target: { ...target, chain: to } } };
        }
      }
    }
  }

  setPolicy(name: string, policy: string, counters: Counters, position: Position): void {
    const chain = this.chain(name, position);
    if (!isBuiltInChain(this.name, name)) {
      throw new InputError(
        position,
        `only a built-in chain has a policy, and "${name}" is none`,
        `write :${name} - [0:0]`,
      );
    }
    if (policy !== 'ACCEPT' && policy !== 'DROP') {
      throw new InputError(position, `bad policy "${policy}"`, 'a policy is ACCEPT or DROP');
    }
    chain.policy = policy;
    chain.counters = counters;
  }

  finish(): Table {
    return {
      name: this.name,
      chains: new Map(
        [...this.chains].map(([name, { policy, counters, rules }]) => [
          name,
          { name, policy, counters, rules: rules.map(({ rule }) => rule) },
        ]),
      ),
    };
  }

  private isReferenced(name: string): boolean {
    return [...this.chains.values()].some(({ rules }) =>
      rules.some(({ rule: { target } }) => (target.kind === 'jump' || target.kind === 'goto') && target.chain === name),
    );
  }
}

const emptyChain = (name: string, policy: Chain['policy']): ChainDraft => ({
  name,
  policy,
  counters: { packets: 0n, bytes: 0n },
  rules: [],
});
