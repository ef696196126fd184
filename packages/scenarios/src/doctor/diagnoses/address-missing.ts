import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { onNode } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { worstHarm } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import { isOnNode } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** Packets for the cache find no local address, so that they are not delivered here. */
export type AddressMissing = (
  | { readonly kind: 'link-missing'; readonly device: string; readonly addresses: readonly Address[] }
  | { readonly kind: 'address-missing'; readonly device: string; readonly addresses: readonly Address[] }
) & { readonly harm: Harm; readonly mend: readonly Command[] };

export const findAddressMissing = (scene: Scene): readonly AddressMissing[] => {
  const { node, addresses, device, told } = scene;
  const missing = addresses.filter((address) => !isOnNode(node.host, address));
  if (!told.links || missing.length === 0) return [];
  const hasLink = node.host.interfaces.some(({ name }) => name === device);
  const add = missing.map((address) => onNode(addCommand(address, device)));
  const harm = worstHarm(scene, missing);
  return hasLink
    ? [{ kind: 'address-missing', device, addresses: missing, harm, mend: add }]
    : [{ kind: 'link-missing', device, addresses: missing, harm, mend: [onNode(`ip link add ${device} type dummy`), ...add] }];
};

/** Nobody else has an address of IPv6 there, so that the kernel need not ask who has it before it is used. */
const addCommand = (address: Address, device: string): string => {
  const family = familyOf(address);
  return `ip addr add ${address}/${addressWidth(family)} dev ${device}${family === 'ipv6' ? ' nodad' : ''}`;
};
