import type { Endpoint } from '../address.ts';
import { acceptStreams } from '../loop/accept.ts';
import { inheritedCopies } from '../loop/inherited.ts';
import { loopOf } from '../loop/loop.ts';
import type { Opened } from '../loop/open.ts';
import { openListening } from '../loop/open.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { systemCalls } from '../loop/system-calls.ts';
import { ANY_ADDRESS, covers, IPV4_ANY, IPV6_ANY, isGeneral } from '../plugin/listen-address.ts';
import { clientOnLoop, clientOnNode } from './client-stream.ts';
import { interfaceName } from './interfaces.ts';
import { listenErrorOf } from './listen-error.ts';
import type { Listener } from './listener.ts';
import type { Connections, StreamOptions } from './stream-listener.ts';
import { createConnections, listenForStreams } from './stream-listener.ts';

/** For all addresses one socket for both families, or for IPv4 where the machine has no other. */
const open = (calls: SystemCalls, { address, port }: StreamOptions['endpoint']): Opened => {
  if (address !== ANY_ADDRESS) return openListening(calls, { address, port }, true);
  const both = openListening(calls, { address: IPV6_ANY, port }, false);
  const lacksIpv6 = both.kind === 'failed' && (both.code === 'EAFNOSUPPORT' || both.code === 'EADDRNOTAVAIL');
  return lacksIpv6 ? openListening(calls, { address: IPV4_ANY, port }, true) : both;
};

/** The kernel gives a connection to the socket of its very address, which no listener of its own may be for. */
const coveredInherited = (calls: SystemCalls, { address, port }: StreamOptions['endpoint']): readonly number[] =>
  isGeneral(address) ? inheritedCopies(calls, 'tcp', port, (own) => covers(address, own)).filter((fd) => fd >= 0) : [];

/** By our own loop; `undefined` where the address is beyond it. @throws ListenError */
const listenOnLoop = (calls: SystemCalls, { endpoint, admits }: StreamOptions, connections: Connections): Listener | undefined => {
  const opened = open(calls, endpoint);
  if (opened.kind === 'unsupported') return undefined;
  if (opened.kind === 'failed') throw listenErrorOf(endpoint, 'tcp', opened.code);
  const accept = (connected: number, client: Endpoint, local: Endpoint): void => {
    const release = admits(client.address);
    if (release === undefined) {
      calls.close(connected);
      return;
    }
    clientOnLoop(calls, connected, { client, local }, (stream) => {
      const events = connections.serve(stream);
      return {
        ...events,
        closed() {
          events.closed();
          release();
        },
      };
    });
  };
  const accepting = [opened.fd, ...coveredInherited(calls, endpoint)].map((fd) =>
    acceptStreams({ calls, loop: loopOf(calls), fd, interfaceName, accept }),
  );
  const stop = (): void => {
    for (const one of accepting) one.close();
  };
  return { pause: stop, close: stop };
};

/** @throws ListenError */
export const listenTcp = async (options: StreamOptions): Promise<Listener> => {
  const connections = createConnections(options);
  const calls = systemCalls();
  const listener =
    (calls && listenOnLoop(calls, options, connections)) ??
    (await listenForStreams(options, 'tcp', (socket) => clientOnNode(socket, (stream) => connections.serve(stream))));
  return {
    pause() {
      listener.pause();
      connections.finish();
    },
    close() {
      listener.close();
      connections.close();
    },
  };
};
