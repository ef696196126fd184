import { readIp } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { refuseBody, takeArguments, unknownOption } from '../../directive/arguments.ts';
import type { BoundAddress } from '../../plugin/plugin.ts';
import type { Machine, Written } from '../../plugin/written.ts';

export type BindValue = readonly BoundAddress[];

/** An address that only means something together with the interface it is on (RFC 4007 §11). */
const isLinkLocal = (address: string): boolean => /^fe[89ab][\da-f]:/i.test(address) && !address.includes('%');

/** All addresses of an interface, or an address that need not be here yet. */
const readAddresses = (token: Token, { interfaces }: Machine): readonly string[] => {
  if (Object.hasOwn(interfaces, token.text)) {
    return (interfaces[token.text] ?? []).flatMap((address) => readIp(isLinkLocal(address) ? `${address}%${token.text}` : address) ?? []);
  }
  const address = readIp(token.text);
  if (address !== undefined) return [address];
  const names = Object.keys(interfaces);
  const mend = names.length === 0 ? 'give addresses' : `the interfaces are ${names.join(', ')}`;
  throw new CorefileError(token, `not a valid IP address or interface name: '${token.text}'`, mend);
};

const readExcept = (option: Entry, machine: Machine): readonly string[] => {
  if (option.name.text !== 'except') throw unknownOption(option.name, 'bind', ['except']);
  refuseBody(option);
  const tokens = takeArguments(option, 1, Number.POSITIVE_INFINITY, 'give addresses or interfaces');
  return tokens.flatMap((token) => readAddresses(token, machine));
};

/**
 * `bind ADDRESS|INTERFACE... { except ADDRESS|INTERFACE... }`; several lines add up, of two
 * lines with `except` in one the last counts (CoreDNS 1.15.0 plugin/bind/setup.go).
 */
export const setup = ({ entries, machine }: Written): BindValue =>
  entries.flatMap((entry) => {
    const tokens = takeArguments(entry, 1, Number.POSITIVE_INFINITY, 'give addresses or interfaces');
    const except = new Set(entry.body.map((option) => readExcept(option, machine)).at(-1));
    const bound = tokens.flatMap((token) =>
      readAddresses(token, machine)
        .filter((address) => !except.has(address))
        .map((address) => ({ address, position: token })),
    );
    // Without any address the block would listen on all of them.
    if (bound.length === 0) throw new CorefileError(entry.name, 'no address is left to bind to');
    return bound;
  });
