import { readAddress } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { InvalidArgumentError } from 'commander';
import type { Pod } from '../preflight/node/plan.ts';

export const readOneAddress = (text: string): Address => {
  const found = readAddress(text);
  if (found === undefined) throw new InvalidArgumentError(`not an IP address: ${text}.`);
  return found;
};

export const readAddresses = (text: string): readonly Address[] => [...new Set(text.split(',').map(readOneAddress))];

const PORT_MAX = 65_535;

export const readPort = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > PORT_MAX) throw new InvalidArgumentError(`a port is a number from 1 to ${PORT_MAX}.`);
  return Number(text);
};

export const readPod = (text: string, before: readonly Pod[] = []): readonly Pod[] => {
  const at = text.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('write DEVICE:ADDRESS.');
  return [...before, { device: text.slice(0, at), address: readOneAddress(text.slice(at + 1)) }];
};
