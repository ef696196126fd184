import type { InspectedChain } from '@nodelocal/dns-cache';
import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Host } from '@nodelocal/netfilter-sim';
import { onNode, ruleCommand } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { SERVICE_DEVICE } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** kube-proxy is in IPVS mode and has the address: IPVS takes what is for it before any socket does. */
export interface AddressOfIpvs {
  readonly kind: 'address-of-ipvs';
  readonly address: Address;
  readonly device: string;
  readonly harm: 'bypassed';
  readonly mend: readonly Command[];
}

/** The rest of the node: what of the cache is for such an address is to go, and not to be mended. */
export const besidesIpvs = (scene: Scene): Scene => {
  const { host } = scene.node;
  const stays = (address: string): boolean => !isOfIpvs(host, address);
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

const isOfIpvs = ({ interfaces }: Host, address: string): boolean =>
  interfaces.some(({ name, addresses }) => name === SERVICE_DEVICE && addresses.some((own) => own.address === address));

export const findAddressOfIpvs = ({ node: { host }, addresses, rules, device }: Scene): readonly AddressOfIpvs[] =>
  addresses
    .filter((address) => isOfIpvs(host, address))
    .map((address) => {
      const isOnLink = host.interfaces.some(({ name, addresses: own }) => name === device && own.some((one) => one.address === address));
      const away = rules.flatMap(({ program, chains = [], other }) => [
        ...awayCommands(program, chains, address),
        ...(other === undefined ? [] : awayCommands(other.program, other.chains, address)),
      ]);
      const off = isOnLink ? [onNode(`ip addr del ${address}/${addressWidth(familyOf(address))} dev ${device}`)] : [];
      return { kind: 'address-of-ipvs', address, device: SERVICE_DEVICE, harm: 'bypassed', mend: [...away, ...off] };
    });

const awayCommands = (program: string, chains: readonly InspectedChain[], address: Address): readonly Command[] =>
  chains
    .flatMap(({ rules, ofNode }) => [...rules, ...ofNode])
    .filter((rule) => rule.address === address)
    .flatMap(({ table, chain, copies }) => copies.map((spec) => ruleCommand(program, '-D', { table, chain, spec })));
