import type { Corefile } from '../../plugin/server-block.ts';
import { covers } from '../../plugin/listen-address.ts';
import { listEndpoints, listServices } from '../../server/listeners.ts';

/**
 * A Corefile that no longer listens where queries are led to would leave them unanswered: the socket stays, for the server that
 * comes after this one. @throws Error
 */
export const refuseUnheard = (corefile: Corefile, port: number, heardAt: readonly string[]): void => {
  const listeners = listEndpoints(listServices(corefile, port)).filter((listener) => listener.port === port && listener.scheme === 'dns');
  const unheard = heardAt.filter((local) => !listeners.some(({ address }) => address === local || covers(address, local)));
  if (unheard.length > 0) {
    throw new Error(`no block listens at ${unheard.join(' and ')} any more, where queries are led to; name it in \`bind\`, or leave it out of -localip and start again`);
  }
};
