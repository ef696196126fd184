import { InputError } from '../../../error.ts';
import { addressBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import type { AddressType, PacketContext } from '../../shared/context.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension/extension.ts';
import { excludeTogether, findOption, hasOption, is, nameThatBegins, not, refuse, valueOf } from '../extension/option-values.ts';

/** In the order in which they are printed; the last two never occur (xt_addrtype.h). */
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const;

type TypeName = (typeof TYPES)[number];

interface TypesTest {
  readonly types: readonly TypeName[];
  readonly inverted: boolean;
}

/** What kind of address the packet's source or destination is to this host (net/netfilter/xt_addrtype.c). */
export interface AddrtypeMatch {
  readonly kind: 'addrtype';
  readonly source?: TypesTest;
  readonly destination?: TypesTest;
  /** Only an address whose route uses the packet's device counts as of its type. */
  readonly limitTo?: 'in' | 'out';
}

/** Types that the kernel refuses for IPv6 (addrtype_mt_checkentry_v1). */
const NOT_IN_IPV6: ReadonlySet<TypeName> = new Set(['BROADCAST', 'BLACKHOLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE']);

const readTypes = (options: readonly WrittenOption[], name: string, scope: RuleScope): TypesTest | undefined => {
  const option = findOption(options, name);
  if (option === undefined) return undefined;
  const given = valueOf(option)
    .split(',')
    .map((text) => nameThatBegins(TYPES, text) ?? refuse(option, `a comma list of ${TYPES.join(', ')}`));
  const foreign = scope.family === 'ipv6' ? given.find((type) => NOT_IN_IPV6.has(type)) : undefined;
  if (foreign !== undefined) refuse(option, `no ${foreign}: the kernel does not know it for IPv6`);
  return { types: TYPES.filter((type) => given.includes(type)), inverted: option.inverted };
};

/** The properties that IPv6 reads off the address itself (__ipv6_addr_type, net/ipv6/addrconf_core.c). */
const ipv6Kind = (address: Address): 'UNSPEC' | 'MULTICAST' | 'UNICAST' | 'MAPPED' => {
  const bits = addressBits(address);
  if (bits === 0n) return 'UNSPEC';
  if (bits >> 120n === 0xffn) return 'MULTICAST';
  return bits >> 32n === 0xffffn ? 'MAPPED' : 'UNICAST';
};

const ROUTED_IN_IPV6: ReadonlySet<TypeName> = new Set(['LOCAL', 'ANYCAST', 'UNREACHABLE']);

/** match_type6: properties of the address are all required, then one of the routed types is. */
const holdsIpv6 = (types: readonly TypeName[], address: Address, lookUp: () => AddressType): boolean => {
  const kind = ipv6Kind(address);
  for (const property of ['MULTICAST', 'UNICAST', 'UNSPEC'] as const) {
    if (types.includes(property) && kind !== property) return false;
  }
  const routed = types.filter((type) => ROUTED_IN_IPV6.has(type));
  return routed.length === 0 || routed.includes(lookUp());
};

const holds = (
  test: TypesTest | undefined,
  address: Address,
  device: string | undefined,
  context: PacketContext,
): boolean => {
  if (test === undefined) return true;
  const lookUp = (): AddressType => context.addressType(address, device);
  const found =
    context.family === 'ipv6'
      ? holdsIpv6(test.types, address, lookUp)
      : (test.types as readonly string[]).includes(lookUp());
  return found !== test.inverted;
};

const deviceOf = ({ limitTo }: AddrtypeMatch, context: PacketContext): string | undefined => {
  if (limitTo === undefined) return undefined;
  return limitTo === 'in' ? context.inDevice : context.outDevice;
};

export const addrtype: MatchModule<'addrtype', AddrtypeMatch> = {
  name: 'addrtype',
  steady: 'always',
  options: {
    '--src-type': { values: 1, invertible: true },
    '--dst-type': { values: 1, invertible: true },
    '--limit-iface-in': { values: 0, invertible: false },
    '--limit-iface-out': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const source = readTypes(options, '--src-type', scope);
    const destination = readTypes(options, '--dst-type', scope);
    if (source === undefined && destination === undefined) {
      throw new InputError(scope.position, '--src-type or --dst-type is missing', 'add one, such as --dst-type LOCAL');
    }
    excludeTogether(options, ['--limit-iface-in', '--limit-iface-out']);
    const limited = hasOption(options, '--limit-iface-in')
      ? 'in'
      : hasOption(options, '--limit-iface-out')
        ? 'out'
        : undefined;
    return {
      kind: 'addrtype',
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
      ...(limited === undefined ? {} : { limitTo: limited }),
    };
  },

  placement({ limitTo }) {
    if (limitTo === undefined) return {};
    return limitTo === 'in'
      ? { hooks: ['PREROUTING', 'INPUT', 'FORWARD'] }
      : { hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] };
  },

  print: ({ source, destination, limitTo }) =>
    [
      ...(source === undefined ? [] : [`${not(source.inverted)}--src-type ${source.types.join(',')}`]),
      ...(destination === undefined ? [] : [`${not(destination.inverted)}--dst-type ${destination.types.join(',')}`]),
      ...(limitTo === undefined ? [] : [`--limit-iface-${limitTo}`]),
    ].join(' '),

  evaluate(match, context) {
    const device = deviceOf(match, context);
    const { packet } = context;
    return answer(
      holds(match.source, packet.src, device, context) && holds(match.destination, packet.dst, device, context),
    );
  },

  describe: ({ source, destination, limitTo }) =>
    [
      ...(source === undefined ? [] : [`the source ${is(source.inverted)} ${spoken(source.types)}`]),
      ...(destination === undefined
        ? []
        : [`the destination ${is(destination.inverted)} ${spoken(destination.types)}`]),
      ...(limitTo === undefined ? [] : [`judged by the ${limitTo === 'in' ? 'incoming' : 'outgoing'} device`]),
    ].join(' and '),
};

const spoken = (types: readonly TypeName[]): string => `of type ${types.join(' or ')}`;
