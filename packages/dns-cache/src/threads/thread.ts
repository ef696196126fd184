import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { configureCorefile } from '../configuration/corefile.ts';
import type { Effect, LogLevel } from '../engine/effect.ts';
import { keepLedger } from '../loop/descriptor-ledger.ts';
import { systemCalls } from '../loop/system-calls.ts';
import { aloneOctets } from '../message/octets.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { HostAddresses } from '../plugin/lookup.ts';
import { reasonOf } from '../reason.ts';
import { afterReading } from '../sockets/node-turn.ts';
import { OUTER_FACILITIES } from '../sockets/service-error.ts';
import type { Service } from '../sockets/service.ts';
import { startServiceIn } from '../sockets/service.ts';
import type { Taker } from '../sockets/sockets.ts';
import type { Watch } from '../sockets/watchers.ts';
import { replayFiles } from './found-files.ts';
import type { HandedSockets } from './handed-sockets.ts';
import { createHandedSockets } from './handed-sockets.ts';
import { collectWhenIdle } from './heap.ts';
import type { Configuration, FoundFile, FromThread, RelayedQuery, RequestKind, RequestMessage, Requests, ThreadBeginning, ToThread } from './protocol.ts';

/** What is there once the thread is configured. */
interface Serving {
  readonly service: Service;
  readonly sockets: HandedSockets;
  readonly taker: Taker;
}

const unconfigured = (): never => {
  throw new Error('a thread that is not configured yet was asked for more');
};

interface Gathering<Item> {
  add(item: Item): void;
  /** Tells those that there are. */
  readonly flush: () => void;
}

/** A message for each costs more than what it tells: those of one turn of the loop go together. */
const gather = <Item>(tell: (items: readonly Item[]) => void): Gathering<Item> => {
  let items: Item[] = [];
  const flush = (): void => {
    if (items.length > 0) tell(items);
    items = [];
  };
  return {
    add(item) {
      items.push(item);
      if (items.length === 1) afterReading(flush);
    },
    flush,
  };
};

/** Serves what the main thread hands over, until it is ended. */
export const serveThread = (port: MessagePort, { share, ledger, tellsEffects }: ThreadBeginning): void => {
  keepLedger(ledger);
  const calls = systemCalls();
  if (calls === undefined) throw new Error('a thread needs system calls of its own');
  const metrics = createMetrics();
  let files: Map<string, FoundFile> = new Map();
  let hosts: HostAddresses = new Map();
  let serving: Serving | undefined;
  let fileChanged = (_path: string): void => undefined;

  const watches = new Map<number, Watch>();
  const tell = (message: FromThread): void => port.postMessage(message);

  const lines = gather((all: readonly (readonly [LogLevel, string])[]) => tell({ kind: 'log', lines: all }));
  const taps = gather((all: readonly (readonly [string, Uint8Array])[]) => tell({ kind: 'taps', taps: all }));
  const effects = gather((all: readonly Effect[]) => tell({ kind: 'effects', effects: all }));
  /** Who asks is told before of what went on until then. */
  const tellAll = (): void => {
    for (const { flush } of [lines, taps, effects]) flush();
  };

  const start = async ({ corefile, port: defaultPort }: Configuration): Promise<Serving> => {
    let handed: Pick<Serving, 'sockets' | 'taker'> | undefined;
    const service = await startServiceIn(
      {
        corefile: configureCorefile(corefile),
        port: defaultPort,
        readFile: (path) => replayFiles(files)(path),
        log: (level, line) => lines.add([level, line]),
        tapped: (sink, payload) => taps.add([sink, payload]),
        observe(effect) {
          metrics.count(effect);
          if (tellsEffects) effects.add(effect);
        },
        // The main thread does what they ask, or has refused the Corefile.
        facilities: OUTER_FACILITIES,
      },
      {
        share,
        // As the main thread has found them.
        lookUpHosts: async () => hosts,
        createSockets(taker) {
          handed = { taker, sockets: createHandedSockets(calls, taker) };
          return handed.sockets;
        },
        watchFiles(_paths, changed) {
          fileChanged = changed;
          return { stop: () => undefined };
        },
      },
    );
    return { service, ...(handed ?? unconfigured()) };
  };

  const performs: { readonly [Kind in RequestKind]: (asks: Requests[Kind]['asks']) => Promise<Requests[Kind]['gives']> } = {
    async configure(configuration) {
      const before = { files, hosts };
      files = new Map(configuration.files);
      hosts = configuration.hosts;
      try {
        if (serving === undefined) serving = await start(configuration);
        else await serving.service.reload(configureCorefile(configuration.corefile));
      } catch (error) {
        ({ files, hosts } = before);
        throw error;
      }
      return undefined;
    },
    list: (scope) => here().service.listCache(scope),
    explain: (question) => here().service.explain(question),
    clients: () => here().service.clients(),
    flush: (scope) => here().service.flushCache(scope),
    save: () => here().service.saveCaches(),
    load: ({ saved, elapsedMs }) => here().service.loadCaches(saved, elapsedMs),
    count: async () => metrics.counts(),
    answer: async () => undefined,
    async settle() {
      await here().service.settled();
      return undefined;
    },
    async drain() {
      await here().service.stop();
      return undefined;
    },
  };
  const here = (): Serving => serving ?? unconfigured();

  const answerRequest = async <Kind extends RequestKind>({ what, request, asks }: RequestMessage<Kind>): Promise<void> => {
    try {
      const gives = await performs[what](asks);
      tellAll();
      tell({ kind: 'done', request, gives });
    } catch (error) {
      tell({ kind: 'failed', request, error: reasonOf(error) });
    }
  };

  const take = ({ query, link, client, local, receivedAt, message }: RelayedQuery): void =>
    here().taker.take(link, {
      client,
      local,
      receivedAt: receivedAt - performance.timeOrigin,
      message,
      answer: (answer) => tell({ kind: 'answer', query, message: aloneOctets(answer) }),
      drop: () => tell({ kind: 'drop', query }),
    });

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'request':
        void answerRequest(message);
        return;
      case 'listen':
        here().sockets.listen(message.fd, message.local);
        return;
      case 'pause':
        here().sockets.pauseOne(message.fd);
        return;
      case 'release':
        here().sockets.release(message.fd);
        tell({ kind: 'released', fd: message.fd });
        return;
      case 'query':
        take(message);
        return;
      case 'watch': {
        const { watcher, filter } = message;
        watches.set(watcher, here().service.watch(filter, (batch) => tell({ kind: 'seen', watcher, batch })));
        return;
      }
      case 'unwatch':
        watches.get(message.watcher)?.stop();
        watches.delete(message.watcher);
        return;
      case 'file':
        files.set(message.path, { text: message.text });
        fileChanged(message.path);
    }
  });
  collectWhenIdle();
};
