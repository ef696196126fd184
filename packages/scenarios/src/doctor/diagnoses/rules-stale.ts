import type { Address } from '@nodelocal/netfilter-sim';
import { awayCommands } from '../scene/away.ts';
import type { Command } from '../scene/command.ts';
import { worstHarm } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import { isOnNode } from '../scene/links.ts';
import type { Scene } from '../scene/scene.ts';

/** Rules for an address that the cache had once: the link has another now, and the cache listens there alone. */
export interface RulesStale {
  readonly kind: 'rules-stale';
  readonly address: Address;
  readonly harm: Harm;
  readonly mend: readonly Command[];
}

/** An address that was named is wanted; of one that is still listened on only the link lost it. */
export const findRulesStale = (scene: Scene): readonly RulesStale[] => {
  const { plan, told, node: { host }, addresses, rules } = scene;
  const sockets = host.sockets ?? [];
  const isServed = (address: Address): boolean => sockets.some((socket) => socket.address === address && socket.port === plan.dnsPort);
  const isElsewhere = addresses.some((address) => isOnNode(host, address) && isServed(address));
  if (!told.links || plan.addresses !== undefined || !isElsewhere) return [];
  return addresses
    .filter((address) => !isOnNode(host, address) && !isServed(address))
    .map((address) => ({ kind: 'rules-stale', address, harm: worstHarm(scene, [address]), mend: awayCommands(rules, address) }));
};
