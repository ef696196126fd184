import type { Facility, TimeoutsFacility, TlsFacility } from '../plugin/facility.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import { DEFAULT_TIMEOUTS } from '../plugin/timeouts.ts';
import { agreeOnTls } from './listener-tls.ts';
import type { ZoneService } from './listeners.ts';
import { listEndpoints, serverLabel } from './listeners.ts';

/** What the server blocks of a listener say of its connections. */
export interface ListenerSettings {
  /** The first block's that says something. */
  readonly timeouts: Timeouts;
  /** `undefined` for a listener without TLS. */
  readonly tls: TlsFacility | undefined;
}

const isTimeouts = (facility: Facility): facility is TimeoutsFacility => facility.kind === 'timeouts';

const isTls = (facility: Facility): facility is TlsFacility => facility.kind === 'tls';

/** By the listener's label. @throws CorefileError where its blocks contradict each other */
export const settingsOf = (services: readonly ZoneService[]): ReadonlyMap<string, ListenerSettings> => {
  const settingsFor = (listener: ListenAddress): readonly [string, ListenerSettings] => {
    const label = serverLabel(listener);
    const here = services.filter(({ endpoint }) => serverLabel(endpoint) === label);
    const said = here.flatMap(({ block }) => block.plugins.flatMap(({ facilities }) => facilities));
    const timeouts = said.find(isTimeouts) ?? DEFAULT_TIMEOUTS;
    const tls = listener.scheme === 'tls' ? agreeOnTls(label, said.filter(isTls)) : undefined;
    return [label, { timeouts, tls }];
  };
  return new Map(listEndpoints(services).map(settingsFor));
};
