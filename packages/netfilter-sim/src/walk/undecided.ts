import type { RoutingKey } from '../fib/lookup.ts';
import type { PolicyRule } from '../fib/route.ts';
import { undecided } from '../fib/undecided.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { isDeviceUp } from '../host/host.ts';
import { isLimitedBroadcast, isMulticast } from '../host/interface.ts';

/** What is not known and decides where a packet goes; `undefined`: nothing. Groups do not ask the tables. */
export const whatIsMissing = (
  { host }: Environment,
  { owner, packet }: Pick<Flight, 'owner' | 'packet'>,
  key: RoutingKey,
): { readonly kind: 'not-modelled'; readonly what: string } | undefined => {
  if (isMulticast(packet.dst) || isLimitedBroadcast(packet.dst)) return undefined;
  const found = undecided(host.routing[packet.family], key, isDeviceUp(host), owner.kind === 'unknown' || (owner.kind === 'socket' && owner.uid === undefined) ? 'unknown' : 'known');
  if (found === undefined) return undefined;
  const name = nameOf(found.rule);
  return {
    kind: 'not-modelled',
    what: found.kind === 'owner-unknown' ? `${name}: the owner of the socket is unknown` : `${name}: the routes of table ${found.table} are in no file`,
  };
};

const nameOf = ({ priority, uids }: PolicyRule): string => `ip rule ${priority}${uids === undefined ? '' : ` uidrange ${uids.min}-${uids.max}`}`;
