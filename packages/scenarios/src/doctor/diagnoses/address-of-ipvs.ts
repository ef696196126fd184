import { addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Host } from '@nodelocal/netfilter-sim';
import { awayCommands } from '../scene/away.ts';
import { onNode } from '../scene/command.ts';
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

const isOfIpvs = ({ interfaces }: Host, address: string): boolean =>
  interfaces.some(({ name, addresses }) => name === SERVICE_DEVICE && addresses.some((own) => own.address === address));

export const findAddressOfIpvs = ({ node: { host }, addresses, rules, device }: Scene): readonly AddressOfIpvs[] =>
  addresses
    .filter((address) => isOfIpvs(host, address))
    .map((address) => {
      const isOnLink = host.interfaces.some(({ name, addresses: own }) => name === device && own.some((one) => one.address === address));
      const off = isOnLink ? [onNode(`ip addr del ${address}/${addressWidth(familyOf(address))} dev ${device}`)] : [];
      return { kind: 'address-of-ipvs', address, device: SERVICE_DEVICE, harm: 'bypassed', mend: [...awayCommands(rules, address), ...off] };
    });
