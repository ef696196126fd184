import { ROUTE_TYPES, TABLE } from '../fib/route.ts';
import type { NextHop, Route, RouteType } from '../fib/route.ts';
import { broken, elements, field, isAbsent, isJson, parseJson, text, textOr, whole, wholeOr } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { anyAddress, familyOf, readAddress } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { readPrefix } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';
import { realmsOf } from './realms.ts';
import { routesFromText } from './route-text.ts';

/** Names of /etc/iproute2/rt_tables; other tables go by their number. */
const TABLES: Readonly<Record<string, number>> = TABLE;
const SCOPES: Readonly<Record<string, number>> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 };

/** IPv6 routes without a metric have this one (IP6_RT_PRIO_USER, include/uapi/linux/ipv6_route.h). */
const METRIC_IPV6 = 1024;

export const readTableName = (json: Json): number =>
  isAbsent(json) ? TABLE.main : (TABLES[String(json.value)] ?? whole(json));

/** The output of `ip -j -N route show table all`, or of one family, without `-N`, or without `-j`. */
export const readRoutes = (file: string, contents: string, family: Family): readonly Route[] =>
  elements(isJson(file, contents) ? parseJson(file, contents) : routesFromText(file, contents))
    .filter((route) => !isAbsent(field(route, 'dst')))
    .map((route) => readRoute(route, family));

const readRoute = (json: Json, family: Family): Route => {
  const type = readType(field(json, 'type'));
  const destination = readDestination(json, family);
  const source = field(json, 'prefsrc');
  const ipv6 = familyOf(destination.address) === 'ipv6';
  return {
    type,
    destination,
    table: tableOf(json, type),
    tos: wholeOr(field(json, 'tos'), 0),
    metric: wholeOr(field(json, 'metric'), ipv6 ? METRIC_IPV6 : 0),
    scope: readScope(field(json, 'scope')),
    ...(isAbsent(source) ? {} : { preferredSource: readAddressField(source) }),
    ...readMtu(field(json, 'metrics')),
    nextHops: readNextHops(json),
  };
};

/** `"metrics": [{"mtu": 1400}]`. */
const readMtu = (metrics: Json): Pick<Route, 'mtu'> => {
  const found = isAbsent(metrics) ? undefined : elements(metrics).map((one) => field(one, 'mtu')).find((mtu) => !isAbsent(mtu));
  return found === undefined ? {} : { mtu: whole(found) };
};

/** The kernel's own routes to the host itself are in table local, also where that table alone was listed, which then names none. */
const tableOf = (json: Json, type: RouteType): number => {
  const named = field(json, 'table');
  const own = isAbsent(named) && KERNELS_OWN.has(type) && ['kernel', '2', 2].includes(field(json, 'protocol').value as string | number);
  return own ? TABLE.local : readTableName(named);
};

const KERNELS_OWN: ReadonlySet<RouteType> = new Set(['local', 'broadcast', 'anycast', 'multicast']);

const readScope = (json: Json): number => SCOPES[textOr(json, 'global')] ?? whole(json);

/** With `-N`, types are the numbers of `RTN_*`; without, a unicast route names none. */
const readType = (json: Json): RouteType => {
  const name = textOr(json, 'unicast');
  const found = ROUTE_TYPES.find((type, number) => type === name || String(number) === name);
  return found ?? broken(json, `one of ${ROUTE_TYPES.join(', ')}`);
};

const readDestination = (json: Json, family: Family): Prefix => {
  const destination = field(json, 'dst');
  const name = text(destination);
  if (name !== 'default') return readPrefix(name) ?? broken(destination, 'a prefix');
  // A gateway of the other family is written as `via`.
  const gateway = field(json, 'gateway');
  return { address: anyAddress(isAbsent(gateway) ? family : familyOf(readAddressField(gateway))), length: 0 };
};

const readAddressField = (json: Json): Address => readAddress(text(json)) ?? broken(json, 'an IP address');

/** `via` names a gateway of the other family. */
const readGateway = (json: Json): Address | undefined => {
  const gateway = field(json, 'gateway');
  if (!isAbsent(gateway)) return readAddressField(gateway);
  const via = field(json, 'via');
  return isAbsent(via) ? undefined : readAddressField(field(via, 'host'));
};

/** `"flow": {"from": "3", "to": "7"}`. */
const readRealms = (flow: Json): Pick<NextHop, 'realms'> =>
  isAbsent(flow) ? {} : { realms: realmsOf(textOr(field(flow, 'from'), '0'), text(field(flow, 'to'))) };

const readNextHops = (json: Json): readonly NextHop[] => {
  const several = field(json, 'nexthops');
  return (isAbsent(several) ? [json] : elements(several)).flatMap((hop) => {
    const device = field(hop, 'dev');
    if (isAbsent(device)) return [];
    const gateway = readGateway(hop);
    return [
      {
        device: text(device),
        weight: wholeOr(field(hop, 'weight'), 1),
        ...(gateway === undefined ? {} : { gateway }),
        ...readRealms(field(hop, 'flow')),
      },
    ];
  });
};
