import { SCOPE } from '../fib/route.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { broken, elements, field, isAbsent, isJson, parseJson, text, textOr, whole, wholeOr } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { addressWidth, familyOf, readAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { devicesFromText } from './device-text.ts';

const SCOPES: Readonly<Record<string, number>> = { global: SCOPE.universe, link: SCOPE.link, host: SCOPE.host, site: 200 };

/** The output of `ip -j addr`, or of `ip addr`. */
export const readAddresses = (file: string, contents: string): readonly Interface[] =>
  elements(isJson(file, contents) ? parseJson(file, contents) : devicesFromText(file, contents))
    // iproute2 prints empty objects for what a filter left out.
    .filter((device) => !isAbsent(field(device, 'ifname')))
    .map(readInterface);

const readInterface = (device: Json): Interface => {
  const flags = elements(field(device, 'flags')).map(text);
  return {
    index: whole(field(device, 'ifindex')),
    name: text(field(device, 'ifname')),
    up: flags.includes('UP'),
    loopback: flags.includes('LOOPBACK'),
    hardwareAddress: textOr(field(device, 'address'), ''),
    mtu: wholeOr(field(device, 'mtu'), 1500),
    ...readDeviceGroup(field(device, 'group')),
    addresses: isAbsent(field(device, 'addr_info'))
      ? []
      : elements(field(device, 'addr_info'))
          .filter((address) => !isAbsent(field(address, 'local')))
          .map(readInterfaceAddress),
  };
};

/** The group 0 has a name on every host. */
export const readDeviceGroup = (json: Json): Pick<Interface, 'group'> => {
  const name = textOr(json, '');
  if (name === 'default') return { group: 0 };
  return /^\d+$/.test(name) ? { group: Number(name) } : {};
};

const readIpAddress = (json: Json): Address => readAddress(text(json)) ?? broken(json, 'an IP address');

const readInterfaceAddress = (json: Json): InterfaceAddress => {
  const address = readIpAddress(field(json, 'local'));
  const scope = field(json, 'scope');
  const metric = field(json, 'metric');
  const named = <Name extends string>(name: string, as: Name): Partial<Readonly<Record<Name, Address>>> => {
    const found = field(json, name);
    return isAbsent(found) ? {} : ({ [as]: readIpAddress(found) } as Readonly<Record<Name, Address>>);
  };
  const flag = <Name extends string>(name: string, as: Name): Partial<Readonly<Record<Name, true>>> =>
    field(json, name).value === true ? ({ [as]: true } as Readonly<Record<Name, true>>) : {};
  return {
    address,
    prefixLength: whole(field(json, 'prefixlen'), { max: addressWidth(familyOf(address)) }),
    // With a peer, `address` is the peer's, and `local` the host's own.
    ...named('address', 'peer'),
    ...named('broadcast', 'broadcast'),
    ...(isAbsent(metric) ? {} : { metric: whole(metric) }),
    ...flag('noprefixroute', 'noPrefixRoute'),
    scope: SCOPES[textOr(scope, 'global')] ?? whole(scope),
    secondary: field(json, 'secondary').value === true,
    ...flag('deprecated', 'deprecated'),
    ...flag('tentative', 'tentative'),
    ...flag('optimistic', 'optimistic'),
  };
};
