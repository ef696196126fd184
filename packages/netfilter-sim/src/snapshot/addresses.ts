import { SCOPE } from '../fib/route.ts';
import type { Interface, InterfaceAddress } from '../host/interface.ts';
import { broken, elements, field, isAbsent, parseJson, text, textOr, whole, wholeOr } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { addressWidth, familyOf, readAddress } from '../packet/address.ts';

const SCOPES: Readonly<Record<string, number>> = { global: SCOPE.universe, link: SCOPE.link, host: SCOPE.host, site: 200 };

/** The output of `ip -j addr`. */
export const readAddresses = (file: string, contents: string): readonly Interface[] =>
  elements(parseJson(file, contents))
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
    addresses: isAbsent(field(device, 'addr_info'))
      ? []
      : elements(field(device, 'addr_info'))
          .filter((address) => !isAbsent(field(address, 'local')))
          .map(readInterfaceAddress),
  };
};

const readInterfaceAddress = (json: Json): InterfaceAddress => {
  const local = field(json, 'local');
  const address = readAddress(text(local)) ?? broken(local, 'an IP address');
  const scope = field(json, 'scope');
  return {
    address,
    prefixLength: whole(field(json, 'prefixlen'), { max: addressWidth(familyOf(address)) }),
    scope: SCOPES[textOr(scope, 'global')] ?? whole(scope),
    secondary: field(json, 'secondary').value === true,
    ...(field(json, 'deprecated').value === true ? { deprecated: true } : {}),
    ...(field(json, 'tentative').value === true ? { tentative: true } : {}),
  };
};
