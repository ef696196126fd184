import type { ProxiedService } from '../services/proxied.ts';
import type { MapKind } from './fixed-names.ts';
import { planOf } from './service-plan.ts';
import type { VerdictElement } from './table.ts';

/** What a port puts into the maps. */
type ServiceElements = Readonly<Record<MapKind, readonly VerdictElement[]>>;

/** Both a way and a refusal: what this node sends is led away by the first, so that the second meets what comes from outside. */
export const elementsOf = (service: ProxiedService): ServiceElements => {
  const { port } = service;
  const { external, firewall, forInternal, forExternal, refusal } = planOf(service);
  type Place = Pick<VerdictElement, 'address' | 'protocol' | 'port'>;
  const to = (places: readonly Place[], chain: string | undefined): readonly VerdictElement[] =>
    chain === undefined ? [] : places.map((place) => ({ ...place, verdict: `goto ${chain}`, comment: undefined }));
  const refused = (places: readonly Place[], chain: string | undefined): readonly VerdictElement[] =>
    chain === undefined ? places.map((place) => ({ ...place, verdict: refusal, comment: port.id })) : [];
  const at = (address: Place['address']): Place => ({ address, protocol: port.protocol, port: port.port });
  const internal = [at(port.clusterIp)];
  const balanced = port.loadBalancerVips.map(at);
  const outer = [...port.externalIps.map(at), ...balanced];
  const nodePorts: readonly Place[] = port.nodePort === undefined ? [] : [{ address: undefined, protocol: port.protocol, port: port.nodePort }];
  return {
    services: [...to(internal, forInternal), ...to(outer, external)],
    nodePorts: to(nodePorts, external),
    firewall: to(balanced, firewall),
    refusedServices: [...refused(internal, forInternal), ...refused(outer, forExternal)],
    refusedNodePorts: refused(nodePorts, forExternal),
  };
};
