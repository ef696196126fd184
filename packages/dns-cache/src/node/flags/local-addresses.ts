import type { LocalAddress } from '../local-address.ts';
import { readLocalAddress } from '../local-address.ts';
import { FlagError } from './flag-error.ts';
import type { Noted } from './noted.ts';

/** The addresses of a list with commas, in its order, each once, of either family. @throws FlagError */
export const readLocalAddresses = (text: string, flag: string): Noted<readonly LocalAddress[]> => {
  const addresses = new Set<LocalAddress>();
  const notes: string[] = [];
  const elements = text.split(',').map((element) => element.trim());
  for (const element of elements) {
    if (element === '') continue;
    const reading = readLocalAddress(element);
    switch (reading.kind) {
      case 'local':
        if (addresses.has(reading.address)) notes.push(`${flag}: ${element} is there twice, and taken once`);
        addresses.add(reading.address);
        break;
      case 'not-local':
        throw new FlagError(flag, reading.reason, reading.mend);
    }
  }
  if (addresses.size === 0) {
    throw new FlagError(flag, 'there is no address to serve on', `write ${flag} 169.254.20.10, or with the cluster address ${flag} 169.254.20.10,10.96.0.10`);
  }
  if (elements.includes('')) notes.push(`${flag}: '${text}' has a comma too many`);
  return { value: [...addresses], notes };
};
