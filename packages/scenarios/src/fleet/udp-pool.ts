import type { Draw } from '../resolver/machine.ts';
import type { Clock } from '../run/clock.ts';
import type { Datagrams } from './datagrams.ts';
import type { Pool } from './pool.ts';

/** Sockets of dns-cache's pool (sockets/upstream-limits.ts): as many, for so long, and for so many questions. */
const UDP_SOCKETS = 32;
const UDP_SOCKET_LIFE_MS = 4000;
const UDP_SOCKET_USES = 16;

interface Socket {
  readonly name: string;
  readonly openedMs: number;
  uses: number;
}

/** A few sockets, of which chance picks one for each question. */
export const udpPool = (clock: Clock, draw: Draw, datagrams: Datagrams, owner: string): Pool => {
  const slots: (Socket | undefined)[] = Array.from({ length: UDP_SOCKETS });
  let opened = 0;
  const isUsable = ({ openedMs, uses }: Socket): boolean => uses < UDP_SOCKET_USES && clock.nowMs - openedMs < UDP_SOCKET_LIFE_MS;
  const socket = (): Socket => {
    const slot = draw(UDP_SOCKETS);
    const known = slots[slot];
    if (known !== undefined && isUsable(known)) return known;
    opened += 1;
    const fresh = { name: `${owner} ${opened}`, openedMs: clock.nowMs, uses: 0 };
    slots[slot] = fresh;
    return fresh;
  };
  return {
    ask({ message }, heard) {
      const chosen = socket();
      chosen.uses += 1;
      const went = datagrams.send(chosen.name, message, (reply) => heard({ kind: 'reply', message: reply }));
      if (!went) clock.at(clock.nowMs, () => heard({ kind: 'failure', reason: 'refused' }));
    },
    abandon: () => undefined,
    suspect: () => undefined,
    close: () => undefined,
  };
};
