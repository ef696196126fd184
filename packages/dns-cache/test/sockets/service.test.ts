import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { encodeQuery, encodeResponse, parseCorefile } from '@nodelocal/dns-cache';
import type { AnswerUpstream, ServiceOptions, UpstreamQuestion } from '@nodelocal/dns-cache/server';
import { FacilityError, ListenError, StoppedError } from '@nodelocal/dns-cache/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { a, read } from '../support/world.ts';
import { startService } from '../support/serve.ts';

const query = (name: string): Uint8Array => encodeQuery({ id: 7, name, type: 'A' });

const optionsFor = async (lines: string, more: Partial<ServiceOptions> = {}): Promise<ServiceOptions> => ({
  corefile: parseCorefile(`. {\n bind 127.0.0.1\n${lines}\n}`, { file: 'Corefile' }),
  port: await freePort(),
  readFile: () => '',
  log: () => undefined,
  ...more,
});

/** Says 192.0.2.1 to every question, and remembers it. */
const answering = (): { readonly asked: UpstreamQuestion[]; readonly answerUpstream: AnswerUpstream } => {
  const asked: UpstreamQuestion[] = [];
  return {
    asked,
    answerUpstream: async (question) => {
      asked.push(question);
      const { id, question: about } = read(question.message);
      if (about === undefined) throw new Error('asked nothing');
      return encodeResponse({ id, question: about, recursionAvailable: true, answers: [a(about.name, '192.0.2.1', 30)] });
    },
  };
};

describe('a service that answers for its upstreams', () => {
  it('asks no socket: the program’s own answer is checked, cached and told', async () => {
    const { asked, answerUpstream } = answering();
    const options = await optionsFor(' cache\n forward . 192.0.2.53', { answerUpstream });
    const service = await startService(options);
    for (let time = 0; time < 2; time += 1) {
      expect(read(await askUdp(options.port, query('www.example.org')))).toMatchObject({
        id: 7,
        rcode: 'NOERROR',
        answers: [{ data: { address: '192.0.2.1' } }],
      });
    }
    expect(asked).toMatchObject([{ upstream: { address: '192.0.2.53', port: 53 }, transport: 'udp', purpose: 'query' }]);
    await service.stop();
  });

  it('hears what cannot be answered as a failure of the network', async () => {
    const lines: string[] = [];
    const answerUpstream = (): Promise<Uint8Array> => {
      throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    };
    const log = (_level: string, line: string): void => void lines.push(line);
    const options = await optionsFor(' errors\n forward . 192.0.2.53 {\n max_fails 0\n }', { answerUpstream, log });
    const service = await startService(options);
    expect(read(await askUdp(options.port, query('www.example.org')))).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
    expect(lines.join('\n')).toContain('connection refused');
    await service.stop();
  });

  it('tells it when an answer is no longer waited for', async () => {
    const abandoned: Promise<unknown>[] = [];
    const answerUpstream: AnswerUpstream = (_question, signal) => {
      abandoned.push(once(signal, 'abort'));
      return new Promise(() => undefined);
    };
    const options = await optionsFor(' forward . 192.0.2.53 {\n max_fails 0\n read_timeout 100ms\n }', { answerUpstream });
    const service = await startService(options);
    expect(read(await askUdp(options.port, query('www.example.org')))).toMatchObject({ rcode: 'SERVFAIL' });
    await Promise.all(abandoned);
    expect(abandoned.length).toBeGreaterThan(0);
    await service.stop();
  });
});

it.each([
  [{ port: 0 }, 'port is a whole number from 1 to 65535, not 0'],
  [{ port: 99_999 }, 'port is a whole number from 1 to 65535, not 99999'],
  [{ corefile: '. {\n whoami\n}' as never }, 'corefile is what parseCorefile gives, not a text'],
])('an argument that is none is said: %j', async (wrong, message) => {
  await expect(optionsFor(' whoami', wrong).then(startService)).rejects.toThrow(new RangeError(message));
});

it('caches are not loaded as old as no time', async () => {
  const service = await startService(await optionsFor(' cache\n forward . 127.0.0.1'));
  try {
    await expect(service.loadCaches({}, Number.NaN)).rejects.toThrow(new RangeError('elapsedMs is a number of milliseconds, not NaN'));
  } finally {
    await service.stop();
  }
});

describe('a service and what its Corefile asks of a process', () => {
  it.each([
    ['health 127.0.0.1:8080', 'health'],
    ['ready', 'ready'],
    ['prometheus', 'prometheus'],
    ['pprof', 'pprof'],
    ['reload', 'reload'],
  ])('refuses %s, which it would not do', async (line, directive) => {
    const options = await optionsFor(` ${line}\n whoami`);
    const refused = await startService(options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FacilityError);
    expect(refused).toMatchObject({ directive, position: { file: 'Corefile', line: 3 } });
    expect(String(refused)).toContain(`Corefile:3:`);
    // Nothing is left open.
    const again = await startService({ ...(await optionsFor(' whoami')), port: options.port });
    await again.stop();
  });

  it('takes it from a caller who does it, and refuses it at a reload otherwise', async () => {
    const options = await optionsFor(' health\n whoami', { facilities: ['health'] });
    const service = await startService(options);
    expect(service.server.facilities.map(({ kind }) => kind)).toEqual(['health']);
    const { corefile } = await optionsFor(' ready\n whoami');
    await expect(service.reload(corefile)).rejects.toBeInstanceOf(FacilityError);
    expect(read(await askUdp(options.port, query('www.example.org')))).toMatchObject({ rcode: 'NOERROR' });
    await service.stop();
  });
});

describe('stop', () => {
  it('is final: once is enough, twice does no harm, and what comes later is refused', async () => {
    const options = await optionsFor(' cache\n whoami');
    const service = await startService(options);
    const [first, second] = [service.stop(), service.stop()];
    await Promise.all([first, second]);
    await service.stop();
    await expect(service.reload(options.corefile)).rejects.toBeInstanceOf(StoppedError);
    await expect(service.flushCache({ kind: 'all' })).rejects.toBeInstanceOf(StoppedError);
    await expect(service.loadCaches({}, 0)).rejects.toBeInstanceOf(StoppedError);
    await expect(askUdp(options.port, query('www.example.org'), 300)).rejects.toThrow(/ECONNREFUSED|aborted/);
    // The port is free over both.
    const socket = createSocket('udp4');
    socket.bind(options.port, '127.0.0.1');
    await once(socket, 'listening');
    socket.close();
    const refused = connect(options.port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('waits for a reload that is under way, and for the answers of what went before it', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { answerUpstream } = answering();
    const options = await optionsFor(' forward . 192.0.2.53', {
      answerUpstream: async (question, abandoned) => {
        await gate;
        return answerUpstream(question, abandoned);
      },
    });
    const service = await startService(options);
    const asked = askTcp(options.port, [framed(query('www.example.org'))], 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { corefile } = await optionsFor(' whoami');
    const reloaded = service.reload(corefile);
    const stopped = service.stop();
    await reloaded;
    release();
    await stopped;
    expect((await asked).map((message) => read(message).answers)).toMatchObject([[{ data: { address: '192.0.2.1' } }]]);
  });

  it('leaves nothing of a start that failed', async () => {
    const options = await optionsFor(' whoami');
    const first = await startService(options);
    onTestFinished(() => first.stop());
    await expect(startService(options)).rejects.toBeInstanceOf(ListenError);
    expect(read(await askUdp(options.port, query('www.example.org')))).toMatchObject({ rcode: 'NOERROR' });
  });
});
