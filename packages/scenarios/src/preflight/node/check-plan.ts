import { readAddress } from '@nodelocal/netfilter-sim';
import { checkPort } from '../../range.ts';
import type { PreflightPlan } from './plan.ts';

/** Where questions would go, of a plan for a node with a cache or without. */
type Asked = Pick<PreflightPlan, 'dnsPort' | 'healthPort' | 'pods' | 'upstream'> & Partial<Pick<PreflightPlan, 'addresses'>>;

/** Addresses and ports that no packet could have. @throws RangeError that names the field */
export const checkPlan = ({ addresses = [], dnsPort, healthPort, pods, upstream }: Asked): void => {
  checkPort('dnsPort', dnsPort);
  checkPort('healthPort', healthPort);
  for (const [at, address] of addresses.entries()) checkAddress(`addresses[${at}]`, address);
  for (const [at, { address }] of pods.entries()) checkAddress(`pods[${at}].address`, address);
  if (upstream !== undefined) checkAddress('upstream', upstream);
};

const checkAddress = (what: string, address: string): void => {
  if (typeof address !== 'string' || readAddress(address) === undefined) throw new RangeError(`${what} is no IP address: ${address}`);
};
