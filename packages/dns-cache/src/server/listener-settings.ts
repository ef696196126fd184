import type { Facility, Timeouts, TlsFacility } from '../plugins/facility.ts';
import type { TimeoutsValue } from '../plugins/timeouts/setup.ts';
import { DEFAULT_TIMEOUTS } from '../plugins/timeouts/setup.ts';
import type { ZoneService } from './listeners.ts';
import { serverLabel } from './listeners.ts';
import { agreeOnTls } from './listener-tls.ts';

/** What the server blocks of a listener say of its connections. */
export interface ListenerSettings {
  /** The first block's that says something. */
  readonly timeouts: TimeoutsValue;
  /** `undefined` for a listener without TLS. */
  readonly tls: TlsFacility | undefined;
}

const isTimeouts = (facility: Facility): facility is Timeouts => facility.kind === 'timeouts';

const isTls = (facility: Facility): facility is TlsFacility => facility.kind === 'tls';

/** By the listener's label. @throws CorefileError where its blocks contradict each other */
export const settingsOf = (services: readonly ZoneService[]): ReadonlyMap<string, ListenerSettings> => {
  const said = new Map<string, readonly Facility[]>();
  for (const { endpoint, block } of services) {
    const label = serverLabel(endpoint);
    said.set(label, [...(said.get(label) ?? []), ...block.plugins.flatMap(({ facilities }) => facilities)]);
  }
  return new Map(
    [...said].map(([label, facilities]) => [
      label,
      {
        timeouts: facilities.find(isTimeouts) ?? DEFAULT_TIMEOUTS,
        tls: label.startsWith('tls://') ? agreeOnTls(label, facilities.filter(isTls)) : undefined,
      },
    ]),
  );
};
