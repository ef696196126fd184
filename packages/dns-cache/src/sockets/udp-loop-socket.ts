import type { Endpoint } from '../address.ts';
import { copyOctets } from '../message/octets.ts';
import type { Datagrams } from '../loop/datagrams.ts';
import { serveDatagrams } from '../loop/datagrams.ts';
import { loopOf } from '../loop/loop.ts';
import { openBound } from '../loop/open.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { interfaceName } from './interfaces.ts';
import { ListenError } from './listen-error.ts';
import type { BoundSocket } from './listener.ts';

const drop = (): void => undefined;

/** A socket of our own loop; `undefined` where the address is beyond it. @throws ListenError */
export const bindOnLoop = (calls: SystemCalls, endpoint: Endpoint): BoundSocket | undefined => {
  const opened = openBound(calls, endpoint);
  switch (opened.kind) {
    case 'unsupported':
      return undefined;
    case 'failed':
      throw new ListenError(endpoint, 'udp', Object.assign(new Error(opened.code), { code: opened.code }));
    case 'opened': {
      const { fd } = opened;
      let datagrams: Datagrams | undefined;
      return {
        address: endpoint.address,
        listen({ answerAtOnce, receive }) {
          datagrams = serveDatagrams({
            calls,
            loop: loopOf(calls),
            fd,
            interfaceName,
            answerAtOnce: (message, receivedAt, into) => answerAtOnce({ local: endpoint, receivedAt, message, into }),
            // A copy: it may have to wait for its turn.
            receive: (client, message, answer, receivedAt) =>
              receive({ client, local: endpoint, receivedAt, message: copyOctets(message), answer, drop }),
          });
        },
        pause: () => datagrams?.pause(),
        close() {
          if (datagrams === undefined) calls.close(fd);
          else datagrams.close();
        },
      };
    }
  }
};
