import { addressOctets, octetsText, readIp } from '../address.ts';

declare const localAddressBrand: unique symbol;

/** An address that the agent serves on: an IPv4 or IPv6 unicast address in canonical spelling, without a zone. */
export type LocalAddress = string & { readonly [localAddressBrand]: true };

/** Why a text is no such address, and what to write instead. */
export interface NotLocal {
  readonly kind: 'not-local';
  /** Names the text. */
  readonly reason: string;
  /** Begins with a verb: `write …`. */
  readonly mend: string;
}

/** What a text is as a local address of the node's. */
export type LocalAddressReading = { readonly kind: 'local'; readonly address: LocalAddress } | NotLocal;

const notLocal = (reason: string, mend: string): NotLocal => ({ kind: 'not-local', reason, mend });

const PLAIN = 'write an address such as 169.254.20.10 or fd00::10';

/** What was probably meant by a text that is no address. */
const slipOf = (text: string): NotLocal => {
  const [host = '', prefix] = text.split('/');
  if (prefix !== undefined && readIp(host) !== undefined) {
    return notLocal(`'${text}' has a prefix length`, `write ${host}: the address is put on the interface as a host's`);
  }
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? '';
  if (readIp(address) !== undefined) {
    return port === undefined
      ? notLocal(`'${text}' has brackets`, `write ${address}`)
      : notLocal(`'${text}' has a port`, `write ${address}, and the port with -dns.port`);
  }
  if (/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text) && /[a-z]/i.test(text)) {
    return notLocal(`'${text}' is a host name`, `names are not looked up here: ${PLAIN}`);
  }
  return notLocal(`'${text}' is not an IP address`, PLAIN);
};

const isUnicastIpv4 = ([first = 0]: readonly number[]): boolean => first < 224;

/** What the kernel would refuse, or take for more than this host. */
const unfitOf = (text: string, octets: readonly number[]): NotLocal | undefined => {
  if (octets.every((octet) => octet === 0)) {
    return notLocal(`'${text}' stands for all addresses`, `pods need one that they can ask: ${PLAIN}`);
  }
  if (octets.every((octet) => octet === 255)) return notLocal(`'${text}' is the broadcast address`, PLAIN);
  const multicast = octets.length === 4 ? !isUnicastIpv4(octets) : octets[0] === 0xff;
  if (multicast) return notLocal(`'${text}' is not a unicast address`, PLAIN);
  // The kernel binds these only with the interface's name (net/ipv6/af_inet6.c, __inet6_bind), which a Corefile has no word for.
  if (octets.length === 16 && octets[0] === 0xfe && ((octets[1] ?? 0) & 0xc0) === 0x80) {
    return notLocal(`'${text}' is an IPv6 link-local address, which nobody can be told without an interface`, 'write a unique local one such as fd00::10');
  }
  return undefined;
};

/** What a text is as an address of the node's own; an IPv4 address written as IPv6, `::ffff:10.96.0.10`, is the IPv4 address. */
export const readLocalAddress = (text: string): LocalAddressReading => {
  if (text.includes('%') && readIp(text) !== undefined) {
    return notLocal(`'${text}' has a zone`, 'write the address alone; its interface is -interfacename');
  }
  const octets = addressOctets(text);
  if (octets === undefined) return slipOf(text);
  return unfitOf(text, octets) ?? { kind: 'local', address: octetsText(octets) as LocalAddress };
};
