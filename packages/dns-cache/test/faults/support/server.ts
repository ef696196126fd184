import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { MessageValue, QueryOptions } from '@nodelocal/dns-cache';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'vitest';
import { askTcp, askUdp, framed, freePort } from '../../support/loopback.ts';
import { allSaid, startService, THREADS } from '../../support/serve.ts';
import { read } from '../../support/world.ts';
import type { Upstream, UpstreamOptions } from './upstream.ts';
import { startUpstream } from './upstream.ts';

const STANDSTILL_MS = 2000;

/** A busy machine may stand still for a second or two: so long may take what usually takes less than `ms`. */
export const unhurried = (ms: number): number => ms + STANDSTILL_MS;

/** Glibc, musl and dig give up after 5 s; the server has to have answered by then, if the machine lets it. */
const CLIENT_PATIENCE_MS = unhurried(5000);

/** Then a connection may have looked dead as well, and one more was opened. Several threads have as many each. */
export const orOneMore = (usual: number): readonly number[] =>
  Array.from({ length: (THREADS - 1) * usual + 2 }, (_, more) => usual + more);

interface Heard extends MessageValue {
  readonly ms: number;
}

type AskOptions = Partial<QueryOptions> & { readonly transport?: 'udp' | 'tcp' };

/** The real server in front of an upstream, asked as a client would. */
export interface Faulty {
  readonly upstream: Upstream;
  readonly lines: readonly string[];
  /** What a metric of these labels has counted. */
  counted(metric: string, ...labels: readonly string[]): number;
  /** @throws where the client hears nothing before it gives up. */
  ask(name: string, options?: AskOptions): Promise<Heard>;
}

export interface FaultyOptions extends UpstreamOptions {
  /** After `forward .`; the upstream's own address where it is missing. */
  readonly to?: (port: number) => string;
  readonly forward?: string;
  readonly cache?: string;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so. @throws where it is not within 10 s. */
export const until = async (isSo: () => boolean): Promise<void> => {
  for (const end = performance.now() + 10_000; !isSo(); await pause(50)) {
    if (performance.now() > end) throw new Error(`not so after 10 s: ${isSo.toString()}`);
  }
};

/** @param context of the test: what is started ends with it. */
export const startUpstreamFor = async (context: TestContext, options: UpstreamOptions): Promise<Upstream> => {
  const upstream = await startUpstream(options);
  context.onTestFinished(() => upstream.stop());
  return upstream;
};

export const startFaulty = async (context: TestContext, options: FaultyOptions): Promise<Faulty> => {
  const upstream = await startUpstreamFor(context, options);
  const { to = (port: number) => `127.0.0.1:${port}`, forward = '', cache = '' } = options;
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const port = await freePort();
  const corefile = `. {
    bind 127.0.0.1
    errors
    ${cache}
    forward . ${to(upstream.port)} {
      policy sequential
      ${forward}
    }
  }`;
  const service = await startService({
    corefile: parseCorefile(corefile, { file: 'Corefile' }),
    port,
    readFile: (path) => readFileSync(path, 'utf8'),
    log: (_level, line) => lines.push(line),
    observe(effect) {
      if (effect.kind !== 'metric') return;
      const key = [effect.metric, ...effect.labels].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + effect.value);
    },
  });
  context.onTestFinished(() => service.stop());
  return {
    upstream,
    lines,
    counted: (...words) => counts.get(words.join(' ')) ?? 0,
    async ask(name, { transport = 'udp', ...query } = {}) {
      const message = encodeQuery({ id: 4711, name, type: 'A', ...query });
      const before = performance.now();
      const [answer] =
        transport === 'udp'
          ? [await askUdp(port, message, CLIENT_PATIENCE_MS)]
          : await askTcp(port, [framed(message)], 1);
      const ms = performance.now() - before;
      await allSaid(service);
      return { ...read(answer ?? new Uint8Array()), ms };
    },
  };
};
