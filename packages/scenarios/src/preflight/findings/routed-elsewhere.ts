import { familyOf, lookupRoute, port, PROTOCOL } from '@nodelocal/netfilter-sim';
import type { Address, Host, LookupResult, PolicyRule, RoutingKey } from '@nodelocal/netfilter-sim';
import type { Pod, PreflightPlan } from '../node/plan.ts';

/** A rule of policy routing that sends a query, or its answer, elsewhere than to the node, or to the pod. */
export interface RoutedElsewhere {
  readonly kind: 'routed-elsewhere';
  readonly what: 'query' | 'answer';
  readonly address: Address;
  /** Its priority (`ip rule`); absent where the tables themselves lead there. */
  readonly rule: PolicyRule | undefined;
  readonly device: string;
}

/** Marks are left out here: rules that set them are seen by the walk. */
export const findRoutedElsewhere = (host: Host, { addresses, dnsPort }: Pick<PreflightPlan, 'addresses' | 'dnsPort'>, pods: readonly Pod[]): readonly RoutedElsewhere[] =>
  pods.flatMap((pod) =>
    addresses
      .filter((address) => familyOf(address) === familyOf(pod.address))
      .flatMap((address) => {
        const query = { source: pod.address, destination: address, inDevice: pod.device, sport: ANY_PORT, dport: port(dnsPort) };
        const answer = { source: address, destination: pod.address, inDevice: LOOPBACK, sport: port(dnsPort), dport: ANY_PORT };
        return [
          ...astray(host, { what: 'query', address }, query, (found) => found.route.type === 'local'),
          ...astray(host, { what: 'answer', address }, answer, (found) => isBehind(host, pod, found.nextHop.device)),
        ];
      }),
  );

const ANY_PORT = port(45_000);
const LOOPBACK = 'lo';

type Found = Extract<LookupResult, { kind: 'route' }>;

const astray = (
  host: Host,
  of: Pick<RoutedElsewhere, 'what' | 'address'>,
  key: Pick<RoutingKey, 'source' | 'destination' | 'inDevice' | 'sport' | 'dport'>,
  isRight: (found: Found) => boolean,
): readonly RoutedElsewhere[] => {
  const isUp = (device: string): boolean => host.interfaces.find(({ name }) => name === device)?.up ?? false;
  const found = lookupRoute(host.routing[familyOf(of.address)], { tos: 0, mark: 0, protocol: PROTOCOL.udp, ...key }, isUp);
  if (found.kind !== 'route' || isRight(found)) return [];
  return [{ kind: 'routed-elsewhere', ...of, rule: found.rule, device: found.nextHop.device }];
};

const isBehind = ({ interfaces }: Host, { device }: Pod, by: string): boolean =>
  by === device || interfaces.some(({ name, link }) => name === device && link?.master === by);
