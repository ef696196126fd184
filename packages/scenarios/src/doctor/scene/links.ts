import type { Address, Host, Interface } from '@nodelocal/netfilter-sim';

/** kube-proxy's device for the addresses of Services, in IPVS mode. */
export const SERVICE_DEVICE = 'kube-ipvs0';

/** The link of the cache: by its name, or else another dummy that has addresses. */
export const linkOf = ({ interfaces }: Host, device: string): Interface | undefined =>
  interfaces.find(({ name }) => name === device) ??
  interfaces.find((other) => other.link?.kind === 'dummy' && other.name !== SERVICE_DEVICE && addressesOn(other).length > 0);

/** Whatever has all of these addresses: not every cache has a link of its own. */
export const holderOf = ({ interfaces }: Host, addresses: readonly Address[]): string | undefined =>
  addresses.length === 0 ? undefined : interfaces.find(({ name, addresses: own }) => name !== SERVICE_DEVICE && addresses.every((one) => own.some(({ address }) => address === one)))?.name;

/** Those that pods can ask: of the link alone (`fe80::`) is none. */
export const addressesOn = ({ addresses }: Interface): readonly Address[] => addresses.filter(({ scope }) => scope === GLOBAL).map(({ address }) => address);

/** RT_SCOPE_UNIVERSE. */
const GLOBAL = 0;

/** Whether the node has the address, on any device. */
export const isOnNode = ({ interfaces }: Host, address: Address): boolean =>
  interfaces.some(({ addresses }) => addresses.some((own) => own.address === address));
