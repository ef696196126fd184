import type { InspectedChain } from '@nodelocal/dns-cache';
import type { Address } from '@nodelocal/netfilter-sim';
import { ruleCommand } from './command.ts';
import type { Command } from './command.ts';
import type { FamilyRules } from './family-rules.ts';
import type { Scene } from './scene.ts';

/** All rules of the cache for the address are taken out, of either back end. */
export const awayCommands = (rules: readonly FamilyRules[], address: Address): readonly Command[] =>
  rules.flatMap(({ program, chains = [], other }) => [
    ...awayFrom(program, chains, address),
    ...(other === undefined ? [] : awayFrom(other.program, other.chains, address)),
  ]);

const awayFrom = (program: string, chains: readonly InspectedChain[], address: Address): readonly Command[] =>
  chains
    .flatMap(({ rules, ofNode }) => [...rules, ...ofNode])
    .filter((rule) => rule.address === address)
    .flatMap(({ table, chain, copies }) => copies.map((spec) => ruleCommand(program, '-D', { table, chain, spec })));

/** The rest of the node: what of the cache is for such an address is to go, and not to be mended. */
export const besides = (scene: Scene, addresses: readonly Address[]): Scene => {
  const gone: ReadonlySet<string> = new Set(addresses);
  const stays = (address: string): boolean => !gone.has(address);
  const chainOf = (chain: InspectedChain): InspectedChain => ({
    ...chain,
    rules: chain.rules.filter((rule) => stays(rule.address)),
    ofNode: chain.ofNode.filter((rule) => stays(rule.address)),
  });
  return {
    ...scene,
    addresses: scene.addresses.filter(stays),
    rules: scene.rules.map((one) => ({
      ...one,
      addresses: one.addresses.filter(stays),
      chains: one.chains?.map(chainOf),
      other: one.other === undefined ? undefined : { ...one.other, chains: one.other.chains.map(chainOf) },
    })),
    asked: scene.asked.filter(({ question }) => question.asker.kind === 'cache' || stays(question.address)),
  };
};
