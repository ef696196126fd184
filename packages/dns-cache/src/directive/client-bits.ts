import type { ClientBits } from '../clients/ledger.ts';
import { CorefileError } from '../corefile/error.ts';
import type { Entry } from '../corefile/grammar.ts';
import type { Token } from '../corefile/lexer.ts';
import { takeArguments, takeInteger } from './arguments.ts';

/** Each address is a client. */
export const WHOLE_ADDRESSES: ClientBits = { ipv4: 32, ipv6: 128 };

const takeLength = (token: Token, most: number): number => {
  const bits = takeInteger(token, 'the length of the prefix');
  if (bits < 1 || bits > most) throw new CorefileError(token, `not the length of a prefix: ${token.text}`, `write 1 to ${most}`);
  return bits;
};

/** `prefix IPV4BITS IPV6BITS`: who shares so many bits is one client. */
export const takeBits = (option: Entry): ClientBits => {
  const [ipv4 = option.name, ipv6 = option.name] = takeArguments(option, 2, 2, 'write prefix IPV4BITS IPV6BITS, as in prefix 32 64');
  return { ipv4: takeLength(ipv4, WHOLE_ADDRESSES.ipv4), ipv6: takeLength(ipv6, WHOLE_ADDRESSES.ipv6) };
};
