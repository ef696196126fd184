import { familyOf, readAddress } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { ScenarioError } from '../scenario/error.ts';

/** The address at this place of the scenario. The packets that programs send here are of IPv4. @throws ScenarioError */
export const ipv4At = (path: string, text: string): Address => {
  const found = readAddress(text);
  if (found === undefined) throw new ScenarioError(path, `"${text}" is no IP address`);
  if (familyOf(found) !== 'ipv4') throw new ScenarioError(path, `${text}: scenarios send IPv4 packets only; name an address of IPv4`);
  return found;
};
