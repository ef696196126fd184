import type { Address, Host } from '@nodelocal/netfilter-sim';
import type { PreflightPlan } from '../node/plan.ts';

/** kube-proxy's device for the addresses of services, in IPVS mode. */
const SERVICE_DEVICE = 'kube-ipvs0';

/** An address that the node has already, on another device. */
export type AddressTaken =
  /** IPVS takes what is for it before any socket of the node does. */
  | { readonly kind: 'address-of-ipvs'; readonly address: Address; readonly device: string }
  | { readonly kind: 'address-taken'; readonly address: Address; readonly device: string };

export const findAddressTaken = ({ interfaces }: Host, { addresses, device }: PreflightPlan): readonly AddressTaken[] =>
  addresses.flatMap((address) =>
    interfaces
      .filter((other) => other.name !== device && other.addresses.some((own) => own.address === address))
      .map(({ name }) => ({ kind: name === SERVICE_DEVICE ? ('address-of-ipvs' as const) : ('address-taken' as const), address, device: name })),
  );

/** kube-proxy has the cluster IP on a device of its own, as in IPVS mode. */
export interface IpvsMode {
  readonly kind: 'ipvs-mode';
}

export const findIpvsMode = ({ interfaces }: Host): readonly IpvsMode[] =>
  interfaces.some(({ name }) => name === SERVICE_DEVICE) ? [{ kind: 'ipvs-mode' }] : [];
