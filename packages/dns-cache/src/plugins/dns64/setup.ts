import type { Network } from '../../address.ts';
import { networkText, readNetwork } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { refuseBody, takeArguments, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface Dns64Value {
  readonly prefix: Network;
  /** Translate even where there are IPv6 addresses. */
  readonly translateAll: boolean;
  /** Translate for clients that asked over IPv4 too. */
  readonly allowIpv4: boolean;
}

/** RFC 6052 §2.1, the well-known prefix 64:ff9b::/96. */
const WELL_KNOWN: Network = { octets: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96 };

const PREFIX_BITS_MIN = 32;
const PREFIX_BITS_MAX = 96;

const readPrefix = (token: Token): Network => {
  const mend = 'write an IPv6 network of 32 to 96 bits, a multiple of 8, as 64:ff9b::/96';
  const prefix = readNetwork(token.text);
  if (prefix === undefined) throw new CorefileError(token, `invalid CIDR address: '${token.text}'`, mend);
  if (prefix.octets.length !== 16) throw new CorefileError(token, `not an IPv6 network: '${token.text}'`, mend);
  if (prefix.bits % 8 !== 0 || prefix.bits < PREFIX_BITS_MIN || prefix.bits > PREFIX_BITS_MAX) {
    throw new CorefileError(token, `invalid prefix length: '${networkText(prefix)}'`, mend);
  }
  return prefix;
};

const applyOption = (value: Dns64Value, option: Entry): Dns64Value => {
  refuseBody(option);
  const { name } = option;
  switch (name.text) {
    case 'prefix': {
      const [prefix = name] = takeArguments(option, 1, 1, 'write prefix IPV6/BITS');
      return { ...value, prefix: readPrefix(prefix) };
    }
    case 'translate_all':
      takeArguments(option, 0, 0);
      return { ...value, translateAll: true };
    case 'allow_ipv4':
      takeArguments(option, 0, 0);
      return { ...value, allowIpv4: true };
    default:
      throw unknownOption(name, 'dns64', ['prefix', 'translate_all', 'allow_ipv4']);
  }
};

/** `dns64 [PREFIX] { prefix, translate_all, allow_ipv4 }`; several lines add up (CoreDNS plugin/dns64/setup.go). */
export const setup = ({ entries }: Written): Dns64Value =>
  entries.reduce<Dns64Value>(
    (value, entry) => {
      const [prefix] = takeArguments(entry, 0, 1);
      return entry.body.reduce(applyOption, prefix === undefined ? value : { ...value, prefix: readPrefix(prefix) });
    },
    { prefix: WELL_KNOWN, translateAll: false, allowIpv4: false },
  );
