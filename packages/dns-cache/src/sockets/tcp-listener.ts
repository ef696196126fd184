import type { StreamOptions } from './stream-listener.ts';
import { createConnections, listenForStreams } from './stream-listener.ts';
import type { Listener } from './listener.ts';

/** @throws ListenError */
export const listenTcp = async (options: StreamOptions): Promise<Listener> => {
  const connections = createConnections(options);
  const listener = await listenForStreams(options, 'tcp', (socket) => connections.serve(socket));
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
