import { lookupRoute, PROTOCOL } from '@nodelocal/netfilter-sim';
import type { Address, Host, PolicyRule } from '@nodelocal/netfilter-sim';
import { familyOf, port } from '@nodelocal/netfilter-sim';
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
export const findRoutedElsewhere = (host: Host, { addresses, dnsPort }: PreflightPlan, pods: readonly Pod[]): readonly RoutedElsewhere[] =>
  pods.flatMap((pod) =>
    addresses
      .filter((address) => familyOf(address) === familyOf(pod.address))
      .flatMap((address): readonly RoutedElsewhere[] => {
        const routing = host.routing[familyOf(address)];
        const isUp = (device: string): boolean => host.interfaces.find(({ name }) => name === device)?.up ?? false;
        const base = { tos: 0, mark: 0, protocol: PROTOCOL.udp };
        const query = lookupRoute(routing, { ...base, source: pod.address, destination: address, inDevice: pod.device, sport: ANY_PORT, dport: port(dnsPort) }, isUp);
        const answer = lookupRoute(routing, { ...base, source: address, destination: pod.address, inDevice: 'lo', sport: port(dnsPort), dport: ANY_PORT }, isUp);
        return [
          ...(query.kind === 'route' && query.route.type !== 'local' ? [{ kind: 'routed-elsewhere' as const, what: 'query' as const, address, rule: query.rule, device: query.nextHop.device }] : []),
          ...(answer.kind === 'route' && !isBehind(host, pod, answer.nextHop.device) ? [{ kind: 'routed-elsewhere' as const, what: 'answer' as const, address, rule: answer.rule, device: answer.nextHop.device }] : []),
        ];
      }),
  );

const ANY_PORT = port(45_000);

const isBehind = ({ interfaces }: Host, { device }: Pod, by: string): boolean => by === device || interfaces.some(({ name, link }) => name === device && link?.master === by);
