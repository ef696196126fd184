import type { NodeCache, NodeCacheOptions } from './node-cache.ts';
import { createNodeCache } from './node-cache.ts';
import type { Program } from './sockets.ts';
import type { Surroundings } from './surroundings.ts';

export interface AgentOptions extends Pick<Surroundings, 'clock' | 'draw' | 'network' | 'sockets' | 'sourceFor'>, Pick<NodeCacheOptions, 'resolvConf' | 'observe'> {}

/** The cache's process, which comes and goes; each time its cache is empty. */
export interface Agent {
  readonly isRunning: boolean;
  /** Does nothing where it runs already. One that has settled asked its own first questions (`loop`) long ago. */
  start(corefile: string, how?: 'afresh' | 'settled'): void;
  /** Its sockets are gone with it. */
  kill(): void;
}

export const createAgent = ({ clock, draw, network, sockets, sourceFor, ...given }: AgentOptions): Agent => {
  let running: { readonly cache: NodeCache; readonly program: Program } | undefined;
  const agent: Agent = {
    get isRunning() {
      return running !== undefined;
    },
    start(corefile, how = 'afresh') {
      if (running !== undefined) return;
      const program: Program = { actor: 'node-cache', receive: (packet) => cache.receive(packet) };
      const cache = createNodeCache({
        ...given,
        corefile,
        clock,
        draw,
        sourceFor,
        open: (end, protocol) => sockets.open(program, protocol, end),
        send: (packet) => network().emit([packet], program),
        ended: () => agent.kill(),
      });
      running = { cache, program };
      if (how === 'afresh') cache.start();
    },
    kill() {
      if (running === undefined) return;
      const { cache, program } = running;
      running = undefined;
      sockets.closeAll(program, cache.kill());
    },
  };
  return agent;
};
