import { TABLE } from '../fib/route.ts';
import type { Realms } from '../fib/route.ts';
import type { Host } from '../host/host.ts';
import { familyOf } from '../packet/address.ts';
import { getRoute, withoutZero } from './get.ts';
import type { RouteAnswer, RouteGetError, RouteQuery } from './get.ts';

/** What `ip route get` writes: to its output, or to its error output where there is no way. */
export interface RouteText {
  readonly kind: 'route' | 'error';
  /** Lines with their ends, as iproute2 6.1 pads them. */
  readonly text: string;
}

/** glibc's words for the error numbers. */
const MESSAGES: Readonly<Record<RouteGetError, string>> = {
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EACCES: 'Permission denied',
  EINVAL: 'Invalid argument',
  EXDEV: 'Invalid cross-device link',
};

/** What `ip route get` would print on that host, asked by root. @throws RangeError for a mark or a type of service that is none */
export const routeGetText = (host: Host, query: RouteQuery): RouteText => {
  const answer = getRoute(host, query);
  return answer.kind === 'error'
    ? { kind: 'error', text: `RTNETLINK answers: ${MESSAGES[answer.error]}\n` }
    : { kind: 'route', text: printAnswer(answer, query) };
};

const TABLE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(TABLE).map(([name, number]) => [number, name]));

/** print_rta_flow of iproute2's iproute.c; which they are is not always known. */
const printRealms = (realms: Realms): readonly string[] => {
  if (realms === 'unknown') return ['realms ?'];
  if (realms === 0) return [];
  const [from, to] = [realms >>> 16, realms & 0xffff];
  const name = to === 0 ? 'cosmos' : `${to}`;
  return [from === 0 ? `realm ${name}` : `realms ${from}/${name}`];
};

const printAnswer = (answer: Extract<RouteAnswer, { kind: 'route' }>, query: RouteQuery): string => {
  const { type, gateway, device, table, tos, source, realms, flags } = answer;
  const { destination, source: asked, inDevice, mark } = withoutZero(query);
  const words = [
    ...(type === 'unicast' ? [] : [type]),
    destination,
    ...(asked === undefined ? [] : [`from ${asked}`]),
    ...(tos === 0 ? [] : [`tos 0x${tos.toString(16)}`]),
    ...(gateway === undefined ? [] : [`via ${familyOf(gateway) === familyOf(destination) ? '' : 'inet6 '}${gateway}`]),
    `dev ${device}`,
    ...(table === TABLE.main ? [] : [`table ${TABLE_NAMES[table] ?? table}`]),
    ...(source === undefined ? [] : [`src ${source}`]),
    // RTCF_MULTICAST is the same bit as a flag of other messages, which iproute2 6.1 takes it for.
    ...(flags.includes('mc') ? ['rt_offload_failed'] : []),
    // print_route of iproute2's iproute.c: only greater marks are in hexadecimal.
    ...(mark === 0 ? [] : [`mark ${mark >= 16 ? `0x${mark.toString(16)}` : mark}`]),
    ...printRealms(realms),
    ...(inDevice === undefined ? ['uid 0'] : []),
  ];
  const cache = [
    'cache',
    ...(flags.length === 0 ? [] : [`<${flags.join(',')}>`]),
    ...(inDevice === undefined ? [] : [`iif ${inDevice}`]),
  ];
  return `${words.join(' ')} \n    ${cache.join(' ')} \n`;
};
