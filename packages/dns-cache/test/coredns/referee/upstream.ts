import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { framed, freePort } from '../../support/loopback.ts';
import type { Script } from '../conversation.ts';
import type { ScriptedServer } from '../scripted.ts';
import { scriptedServer } from '../scripted.ts';
import { onMessages } from '../../support/messages-of-stream.ts';

/** An upstream that follows its script, on UDP and TCP sockets of loopback. */
export interface SocketUpstream extends Pick<ScriptedServer, 'heard'> {
  readonly port: number;
  stop(): void;
}

export const startUpstream = async (script: Script): Promise<SocketUpstream> => {
  const port = await freePort();
  const server = scriptedServer(script);
  const udp = createSocket('udp4');
  const streams = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, work: () => void): void => {
    if (ms === 0) {
      work();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };

  udp.on('message', (message, peer) => {
    const outcome = server.ask(new Uint8Array(message), 'udp');
    if (outcome.kind === 'answers') later(outcome.delayMs, () => udp.send(outcome.message, peer.port, peer.address));
  });
  const tcp = createServer({ noDelay: true }, (stream) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    // The server under test closes as it likes.
    stream.on('error', () => stream.destroy());
    onMessages(stream, (message) => {
      const outcome = server.ask(message, 'tcp');
      if (outcome.kind === 'closes') stream.end();
      else if (outcome.kind === 'answers') later(outcome.delayMs, () => stream.writable && stream.write(framed(outcome.message)));
    });
  });
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    for (const stream of streams) stream.destroy();
    udp.close();
    tcp.close();
  };
  udp.bind(port, '127.0.0.1');
  tcp.listen(port, '127.0.0.1');
  try {
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  } catch (error) {
    stop();
    // Another referee has taken it since.
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return await startUpstream(script);
    throw error;
  }
  return { port, heard: () => server.heard(), stop };
};
