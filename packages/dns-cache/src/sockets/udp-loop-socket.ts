import type { Endpoint } from '../address.ts';
import { copyOctets } from '../message/octets.ts';
import type { Datagrams } from '../loop/datagrams.ts';
import { serveDatagrams } from '../loop/datagrams.ts';
import type { SocketJournal } from '../loop/inherited.ts';
import { journalAt } from '../loop/inherited.ts';
import { loopOf } from '../loop/loop.ts';
import { openBound } from '../loop/open.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { interfaceName } from './interfaces.ts';
import { listenErrorOf } from './listen-error.ts';
import type { BoundSocket, DatagramTaker } from './listener.ts';

/** Takes what comes to a socket that is bound here. */
export const listenOnLoop = (
  calls: SystemCalls,
  fd: number,
  local: Endpoint,
  { answerAtOnce, receive }: DatagramTaker,
  journal?: SocketJournal,
): Datagrams =>
  serveDatagrams({
    calls,
    loop: loopOf(calls),
    fd,
    interfaceName,
    answerAtOnce: (message, receivedAt, into, client) => answerAtOnce({ client, local, receivedAt, message, into }),
    // A copy: it may have to wait for its turn.
    receive: (client, message, answer, receivedAt, drop) =>
      receive({ client, local, receivedAt, message: copyOctets(message), answer, drop }),
    journal,
  });

/** A socket of our own loop; `undefined` where the address is beyond it. @throws ListenError */
export const bindOnLoop = (calls: SystemCalls, endpoint: Endpoint): BoundSocket | undefined => {
  const opened = openBound(calls, endpoint);
  switch (opened.kind) {
    case 'unsupported':
      return undefined;
    case 'failed':
      throw listenErrorOf(endpoint, 'udp', opened.code);
    case 'opened': {
      const { fd, isInherited } = opened;
      let datagrams: Datagrams | undefined;
      let isClosed = false;
      return {
        address: endpoint.address,
        listen(taker) {
          datagrams = listenOnLoop(calls, fd, endpoint, taker, isInherited ? journalAt(endpoint) : undefined);
        },
        pause() {
          if (isInherited) datagrams?.leave();
          else datagrams?.pause();
        },
        close() {
          if (isClosed) return;
          isClosed = true;
          datagrams?.close();
          calls.close(fd);
        },
      };
    }
  }
};
