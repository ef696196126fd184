import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Service } from '@nodelocal/dns-cache/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { framed, freePort } from '../support/loopback.ts';
import { read } from '../support/world.ts';
import { startService } from '../support/serve.ts';

/** A block that answers with this address, bound as it says. */
const block = (keys: string, bind: string, address: string, more = ''): string =>
  `${keys} {\n${bind}\n${more}\n hosts {\n ${address} www.test\n ttl 60\n }\n}\n`;

const start = async (text: string): Promise<{ readonly service: Service; readonly port: number }> => {
  const port = await freePort();
  const corefile = parseCorefile(text, { file: 'Corefile' });
  const service = await startService({ corefile, port, readFile: () => '', log: () => undefined });
  onTestFinished(() => service.stop());
  return { service, port };
};

const message = encodeQuery({ id: 3, name: 'www.test', type: 'A' });

const first = (bytes: Uint8Array): unknown => {
  const [answer] = read(bytes).answers;
  return answer?.data.kind === 'address' ? answer.data.address : undefined;
};

const overUdp = async (to: string, port: number): Promise<unknown> => {
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.connect(port, to);
    await once(socket, 'connect');
    socket.send(message);
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(3000) })) as [Uint8Array];
    return first(new Uint8Array(answer));
  } finally {
    socket.close();
  }
};

const overTcp = async (to: string, port: number): Promise<unknown> => {
  const socket = connect(port, to);
  try {
    socket.write(framed(message));
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(3000) })) as [Uint8Array];
    return first(new Uint8Array(answer.subarray(2)));
  } finally {
    socket.destroy();
  }
};

const askBoth = async (to: string, port: number): Promise<readonly unknown[]> => [await overUdp(to, port), await overTcp(to, port)];

describe('a block for all addresses beside one for one of them', () => {
  it.each([
    ['the one first', [block('.', 'bind 127.0.0.1', '192.0.2.1'), block('test', '', '192.0.2.2')]],
    ['the one last', [block('test', '', '192.0.2.2'), block('.', 'bind 127.0.0.1', '192.0.2.1')]],
    ['all of IPv4', [block('.', 'bind 0.0.0.0', '192.0.2.2'), block('.', 'bind 127.0.0.1', '192.0.2.1')]],
    ['all, and all of IPv4', [block('.', 'bind 127.0.0.1', '192.0.2.1'), block('.', 'bind 0.0.0.0', '192.0.2.2'), block('test', '', '192.0.2.3')]],
  ])('%s: each answers what was sent to it', async (_what, blocks) => {
    const { port } = await start(blocks.join(''));
    expect(await askBoth('127.0.0.1', port)).toEqual(['192.0.2.1', '192.0.2.1']);
    // Bound by nobody, and an address of the machine all the same.
    expect(await overTcp('127.0.0.2', port)).toBe('192.0.2.2');
  });

  it('knows IPv6 as well', async () => {
    const { port } = await start(`${block('.', 'bind ::1', '192.0.2.1')}${block('test', '', '192.0.2.2')}`);
    expect([await askBoth('::1', port), await askBoth('127.0.0.1', port)]).toEqual([
      ['192.0.2.1', '192.0.2.1'],
      ['192.0.2.2', '192.0.2.2'],
    ]);
  });

  it('serves each zone only where it is bound', async () => {
    const { port, service } = await start(`${block('a.test', 'bind 127.0.0.1', '192.0.2.1')}${block('www.test', '', '192.0.2.2')}`);
    expect(service.served).toEqual([`a.test.:${port} on 127.0.0.1`, `www.test.:${port}`]);
    expect(await askBoth('127.0.0.1', port)).toEqual([undefined, undefined]);
    expect(await overTcp('127.0.0.3', port)).toBe('192.0.2.2');
  });

  it('is as patient with a connection as the block of its address says', async () => {
    const patient = block('test', '', '192.0.2.2', 'timeouts {\n read 20s\n }');
    const { port } = await start(`${block('.', 'bind 127.0.0.1', '192.0.2.1', 'timeouts {\n read 1s\n }')}${patient}`);
    const sockets = ['127.0.0.1', '127.0.0.2'].map((to) => connect(port, to));
    const [hasty, other] = sockets;
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await once(hasty ?? connect(port), 'close', { signal: AbortSignal.timeout(5000) });
    expect(other?.destroyed).toBe(false);
  });

  it('goes on over reloads, with the one and without it', async () => {
    const all = block('test', '', '192.0.2.2');
    const { port, service } = await start(all);
    const reload = (text: string): Promise<void> => service.reload(parseCorefile(text, { file: 'Corefile' }));
    await reload(`${block('.', 'bind 127.0.0.1', '192.0.2.1')}${all}`);
    expect(await askBoth('127.0.0.1', port)).toEqual(['192.0.2.1', '192.0.2.1']);
    await reload(all);
    expect(await askBoth('127.0.0.1', port)).toEqual(['192.0.2.2', '192.0.2.2']);
  });

  it('goes on where a reload makes all addresses of one, or one of all', async () => {
    const [one, all] = [block('.', 'bind 127.0.0.1', '192.0.2.1'), block('test', '', '192.0.2.2')];
    const { port, service } = await start(one);
    const reload = (text: string): Promise<void> => service.reload(parseCorefile(text, { file: 'Corefile' }));
    for (const [text, expected] of [[all, '192.0.2.2'], [one, '192.0.2.1'], [one + all, '192.0.2.1'], [one, '192.0.2.1'], [all, '192.0.2.2']] as const) {
      await reload(text);
      for (let time = 0; time < 5; time += 1) expect(await askBoth('127.0.0.1', port)).toEqual([expected, expected]);
    }
  });

  it('keeps what it has where such a reload fails', async () => {
    const one = block('.', 'bind 127.0.0.1', '192.0.2.1');
    const { port, service } = await start(one);
    const away = `${block('test', '', '192.0.2.2')}${block('a.test', 'bind 192.0.2.77', '192.0.2.3')}`;
    await expect(service.reload(parseCorefile(away, { file: 'Corefile' }))).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    for (let time = 0; time < 5; time += 1) expect(await askBoth('127.0.0.1', port)).toEqual(['192.0.2.1', '192.0.2.1']);
    await service.reload(parseCorefile(block('test', '', '192.0.2.2'), { file: 'Corefile' }));
    expect(await askBoth('127.0.0.1', port)).toEqual(['192.0.2.2', '192.0.2.2']);
  });
});
