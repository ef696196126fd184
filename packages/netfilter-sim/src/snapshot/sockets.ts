import { InputError } from '../error.ts';
import type { Socket } from '../host/host.ts';
import { anyAddress, familyOf, readAddress } from '../packet/address.ts';
import { port } from '../packet/port.ts';

/**
 * The output of `ss -lntuH`, or with its heading: protocol, state, two queues, the local end. `*` and `[::]` take both
 * families, unless the socket is IPv6 only, which `ss` does not tell here.
 */
export const readSockets = (file: string, contents: string): readonly Socket[] =>
  contents.split('\n').flatMap((line, at) => (line.trim() === '' || line.startsWith('Netid ') ? [] : readLine(file, line, at + 1)));

const PORT_MAX = 65_535;

const readLine = (file: string, line: string, number: number): readonly Socket[] => {
  const words = line.trim().split(/\s+/);
  const [protocol] = words;
  const local = words[4] ?? '';
  const found = /^\[?(.*?)\]?(?:%[^:\]]+\]?)?:(\d+)$/.exec(local);
  if ((protocol !== 'udp' && protocol !== 'tcp') || found === null || Number(found[2]) > PORT_MAX) {
    const column = line.indexOf(local === '' ? (words[0] ?? '') : local) + 1;
    throw new InputError({ file, line: number, column }, 'expected "udp|tcp STATE RECV SEND ADDRESS:PORT PEER"', 'write the output of ss -lntuH into it');
  }
  const [, name = '', portText = ''] = found;
  const base = { protocol, port: port(Number(portText)) } as const;
  const address = readAddress(name);
  if (name === '*' || address === '::') {
    return (['ipv4', 'ipv6'] as const).map((family) => ({ ...base, family, address: 'any' as const }));
  }
  if (address === undefined) {
    throw new InputError({ file, line: number, column: line.indexOf(local) + 1 }, `not an IP address: ${name}`);
  }
  const family = familyOf(address);
  return [{ ...base, family, address: address === anyAddress(family) ? 'any' : address }];
};
