import type { Exchange } from '../way/exchange.ts';
import { findAddressTaken, findIpvsMode } from './address-taken.ts';
import type { AddressTaken, IpvsMode } from './address-taken.ts';
import { findBystanders } from './bystander.ts';
import type { Bystander, Scene } from './bystander.ts';
import { findDecidesBefore } from './decides-before.ts';
import type { DecidesBefore } from './decides-before.ts';
import { findLeftBehind } from './left-behind.ts';
import type { LeftBehind } from './left-behind.ts';
import { findOpenConnections } from './open-connections.ts';
import type { OpenConnections } from './open-connections.ts';
import { findRoutedElsewhere } from './routed-elsewhere.ts';
import type { RoutedElsewhere } from './routed-elsewhere.ts';
import { findSocketTaken } from './socket-taken.ts';
import type { SocketTaken } from './socket-taken.ts';

/** Something that one should know of the node beside the ways of queries. */
export type Finding = AddressTaken | IpvsMode | SocketTaken | LeftBehind | OpenConnections | RoutedElsewhere | DecidesBefore | Bystander;

/** In the order in which they are told: what is in the way first. */
export const findAll = (scene: Scene, exchanges: readonly Exchange[]): readonly Finding[] => {
  const { plan, before, after, pods } = scene;
  return [
    ...findAddressTaken(before.host, plan),
    ...findSocketTaken(before.host, plan),
    ...findRoutedElsewhere(after.host, plan, Object.values(pods)),
    ...findDecidesBefore(exchanges),
    ...findIpvsMode(before.host),
    ...findLeftBehind(before.host, plan),
    ...findOpenConnections(before, plan),
    ...findBystanders(scene),
  ];
};

/** Whether the cache cannot do its work because of it, whatever packets do. */
export const isInTheWay = (finding: Finding): boolean => {
  switch (finding.kind) {
    case 'address-of-ipvs':
    case 'socket-taken':
      return true;
    case 'address-taken':
    case 'cache-there':
    case 'routed-elsewhere':
    case 'decides-before':
    case 'ipvs-mode':
    case 'link-there':
    case 'rules-there':
    case 'open-connections':
    case 'other-port':
    case 'from-outside':
      return false;
  }
};
