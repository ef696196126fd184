import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageValue, QueryOptions } from '@nodelocal/dns-cache';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import { expect } from 'vitest';
import { allSaid, startService } from '../support/serve.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { read } from '../support/world.ts';

export type Transport = 'udp' | 'tcp';

/** Our server over real sockets, and a scripted upstream behind it. */
export interface Lab {
  readonly port: number;
  readonly upstream: ScriptedUpstream;
  readonly lines: readonly string[];
  send(message: Uint8Array, transport?: Transport): Promise<Uint8Array>;
  ask(options: Partial<QueryOptions> & { readonly name: string }, transport?: Transport): Promise<MessageValue>;
  /** No answer comes to this. */
  expectSilence(message: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Where a name goes decides how it is treated: `test.` as the defaults have it, `tcp.` always over TCP, `udp.` over UDP
 * first, `plain.` without a cache, `zero.` with a cache that has no floor for TTLs.
 */
const everyZone = (upstream: string): string => `. test {
  bind 127.0.0.1
  log
  errors
  cache
  forward . ${upstream}
}
tcp {
  bind 127.0.0.1
  errors
  cache
  forward . ${upstream} {
    force_tcp
  }
}
udp {
  bind 127.0.0.1
  cache
  forward . ${upstream} {
    prefer_udp
  }
}
plain {
  bind 127.0.0.1
  forward . ${upstream}
}
zero {
  bind 127.0.0.1
  cache {
    success 9984 3600 0
    denial 9984 1800 0
  }
  forward . ${upstream}
}
`;

const QUIET_MS = 250;

/** Of a machine that is busy with other things. */
const ANSWERS_MAX_MS = 8000;

/** Listens for `ms` and gives whatever came. */
export const gather = async (port: number, messages: readonly Uint8Array[], ms: number): Promise<Uint8Array[]> => {
  const socket = createSocket('udp4');
  const came: Uint8Array[] = [];
  socket.on('message', (bytes) => came.push(new Uint8Array(bytes)));
  socket.on('error', () => undefined);
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const message of messages) socket.send(message);
  await new Promise((resolve) => setTimeout(resolve, ms));
  socket.close();
  return came;
};

/** The answers to as many messages, however long they take within reason. */
export const gatherAll = async (port: number, messages: readonly Uint8Array[]): Promise<Uint8Array[]> => {
  const socket = createSocket('udp4');
  const came: Uint8Array[] = [];
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const all = new Promise<void>((resolve) => {
    socket.on('message', (bytes) => {
      came.push(new Uint8Array(bytes));
      if (came.length === messages.length) resolve();
    });
  });
  for (const message of messages) socket.send(message);
  await Promise.race([all, sleep(ANSWERS_MAX_MS)]);
  socket.close();
  return came;
};

export const startLab = async (corefile = everyZone): Promise<Lab> => {
  const upstream = await startScriptedUpstream();
  const port = await freePort();
  const lines: string[] = [];
  const service = await startService({
    corefile: parseCorefile(corefile(`127.0.0.1:${upstream.port}`), { file: 'Corefile' }),
    port,
    readFile: () => '',
    log: (_level, line) => lines.push(line),
  });
  const send = async (message: Uint8Array, transport: Transport = 'udp'): Promise<Uint8Array> => {
    const [answer] = transport === 'udp' ? [await askUdp(port, message)] : await askTcp(port, [framed(message)], 1);
    if (answer === undefined) throw new Error('the connection was closed without an answer');
    await allSaid(service);
    return answer;
  };
  return {
    port,
    upstream,
    lines,
    send,
    ask: async (options, transport) => read(await send(encodeQuery({ id: 0x1234, type: 'A', ...options }), transport)),
    async expectSilence(message) {
      expect(await gather(port, [message], QUIET_MS)).toEqual([]);
    },
    async stop() {
      await service.stop();
      await upstream.stop();
    },
  };
};

/** A lab of one check alone, for what no other must see or what needs a Corefile of its own. */
export const inLab = async (
  corefile: (upstream: string) => string,
  check: (lab: Lab) => Promise<void>,
): Promise<void> => {
  const lab = await startLab(corefile);
  try {
    await check(lab);
  } finally {
    await lab.stop();
  }
};

/** One server block with these lines in it. */
export const block =
  (...lines: readonly string[]) =>
  (upstream: string): string =>
    `. {\n bind 127.0.0.1\n ${lines.join('\n ')}\n forward . ${upstream}\n}`;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a cache gives again is the same but for the time that has passed, and a second may pass at any time. */
export const apartFromTtls = <Told extends { readonly ttlSeconds: number }>(records: readonly Told[]): readonly Omit<Told, 'ttlSeconds'>[] =>
  records.map((record) => {
    const { ttlSeconds: _, ...rest } = record;
    return rest;
  });

/** Turns of the loop until what is under way between two sockets of this process has come: a connection, and what it brings. */
const TURNS = 10;

export const underWay = async (): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
