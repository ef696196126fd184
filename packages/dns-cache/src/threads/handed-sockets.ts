import type { Endpoint } from '../address.ts';
import type { Datagrams } from '../loop/datagrams.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import type { Sockets, Taker } from '../sockets/sockets.ts';
import { listenOnLoop } from '../sockets/udp-loop-socket.ts';

/** The sockets of a thread: opened by the main one, which accepts connections too, and closes them all. */
export interface HandedSockets extends Sockets {
  listen(fd: number, local: Endpoint): void;
  pauseOne(fd: number): void;
  release(fd: number): void;
}

export const createHandedSockets = (calls: SystemCalls, { answerAtOnce, take }: Taker): HandedSockets => {
  const open = new Map<number, Datagrams>();
  return {
    listen: (fd, local) => open.set(fd, listenOnLoop(calls, fd, local, { answerAtOnce, receive: (received) => take('udp', received) })),
    pauseOne: (fd) => open.get(fd)?.pause(),
    release(fd) {
      open.get(fd)?.close();
      open.delete(fd);
    },
    open: async () => ({ closeOthers: () => undefined }),
    limit: () => undefined,
    certify: () => undefined,
    pause() {
      for (const datagrams of open.values()) datagrams.pause();
    },
    close() {
      for (const datagrams of open.values()) datagrams.close();
      open.clear();
    },
  };
};
