import { networkInterfaces } from 'node:os';

const readNames = (): ReadonlyMap<number, string> =>
  new Map(
    Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.flatMap((address) => (address.family === 'IPv6' && address.scopeid > 0 ? [[address.scopeid, name] as const] : [])),
    ),
  );

let names: ReadonlyMap<number, string> = new Map();

/** The name of an interface, by which Node.js wants link-local addresses; they come and go. */
export const interfaceName = (index: number): string => {
  if (!names.has(index)) names = readNames();
  return names.get(index) ?? String(index);
};
