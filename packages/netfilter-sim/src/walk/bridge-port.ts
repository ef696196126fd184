import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { interfaceNamed, otherPorts } from '../host/host.ts';
import { ask } from './ask.ts';
import { drop } from './ending.ts';

/** Whether there is a port for it (`should_deliver`, net/bridge/br_forward.c, 6.12); where not, it ends here. */
export const leavesByPort = (environment: Environment, flight: Flight): boolean => {
  const { host } = environment;
  const { bridgePort = '', packet } = flight;
  const port = interfaceNamed(host, bridgePort)?.link;
  const refuse = (why: 'hairpin' | 'isolated' | 'only'): boolean => {
    drop(environment, flight, { kind: 'no-port', port: bridgePort, why });
    return false;
  };
  if (packet.src === packet.dst) {
    const hairpin = port?.hairpin ?? ask(environment, flight, `whether hairpin is on for ${bridgePort}`);
    return hairpin === 'undecided' ? false : hairpin || refuse('hairpin');
  }
  const others = otherPorts(host, flight.inDevice, bridgePort);
  if (others.length === 0) return refuse('only');
  if (port?.isolated !== true) return true;
  const isolated = others.filter(({ link }) => link?.isolated === true);
  if (isolated.length === others.length) return refuse('isolated');
  if (isolated.length === 0) return true;
  const behind = ask(environment, flight, `whether ${packet.dst} is behind an isolated port of ${flight.inDevice}`);
  return behind === 'undecided' ? false : !behind || refuse('isolated');
};
