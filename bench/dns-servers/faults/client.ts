import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { encodeQuery } from '@nodelocal/dns-cache';
import type { Server } from '../servers.ts';

/** Stub resolvers give up after this. */
const PATIENCE_MS = 5000;

export interface Heard {
  readonly rcode: number;
  readonly ms: number;
}

/** Asks for all names at once over UDP, and gives what came of each; who heard nothing is not among them. */
export const askAll = async ({ port }: Pick<Server, 'port'>, names: readonly string[]): Promise<readonly Heard[]> => {
  const socket = createSocket('udp4');
  const heard: Heard[] = [];
  const begun = performance.now();
  await new Promise<void>((done) => {
    const patience = setTimeout(done, PATIENCE_MS);
    socket.on('message', (answer) => {
      heard.push({ rcode: answer.readUInt8(3) & 15, ms: performance.now() - begun });
      if (heard.length < names.length) return;
      clearTimeout(patience);
      done();
    });
    for (const [id, name] of names.entries()) socket.send(encodeQuery({ id, name, type: 'A' }), port, '127.0.0.1');
  });
  socket.close();
  return heard;
};
