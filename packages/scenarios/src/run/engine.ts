import { createNameServer } from '@nodelocal/dns-cache';
import type { Corefile, Effect, NameServer, ServerEvent } from '@nodelocal/dns-cache';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';

export type Ask = Extract<Effect, { kind: 'ask' }>;

export interface EngineOptions {
  readonly clock: Clock;
  readonly corefile: Corefile;
  /** Of blocks that name none. */
  readonly port: number;
  /** The text of the one file that its directives name. */
  readonly resolvConf: string;
  readonly draw: Draw;
  /** Whose caches it takes over. */
  readonly previous?: Pick<NameServer, 'caches'>;
  readonly answer: (query: number, message: Uint8Array) => void;
  readonly drop: (query: number) => void;
  readonly ask: (ask: Ask) => void;
  readonly abandon: (exchange: number) => void;
  /** Whatever the engine does, before it is carried out. */
  readonly observe: (effect: Effect) => void;
  /** It is there no more, and neither hears nor does anything. */
  readonly isGone: () => boolean;
}

/** The engine of the cache in virtual time: it is told what happens, and called when it wants to be. */
export interface Engine {
  readonly server: NameServer;
  readonly handle: (event: ServerEvent) => void;
}

/** What a Corefile may name: a resolv.conf, wherever that lies. */
export const filesOf = (resolvConf: string) => (path: string): string => {
  if (path.endsWith('resolv.conf')) return resolvConf;
  throw new Error('a scenario has no such file');
};

export const createEngine = (options: EngineOptions): Engine => {
  const { clock, draw } = options;
  const server = createNameServer({
    corefile: options.corefile,
    port: options.port,
    readFile: filesOf(options.resolvConf),
    random: () => draw(2 ** 30) / 2 ** 30,
    ...(options.previous === undefined ? {} : { previous: options.previous }),
  });
  /** The earliest moment at which it will be called. */
  let calledAtMs = Infinity;

  const carryOut = (effect: Effect): void => {
    if (options.isGone()) return;
    options.observe(effect);
    switch (effect.kind) {
      case 'answer':
        options.answer(effect.query, effect.message);
        return;
      case 'drop':
        options.drop(effect.query);
        return;
      case 'ask':
        options.ask(effect);
        return;
      case 'abandon':
        options.abandon(effect.exchange);
        return;
      case 'log':
      case 'cache':
      case 'served':
      case 'tap':
      case 'metric':
    }
  };

  const handle = (event: ServerEvent): void => {
    if (options.isGone()) return;
    for (const effect of server.handle(event, clock.nowMs)) carryOut(effect);
    const next = server.nextTimeout();
    if (next === undefined || next >= calledAtMs) return;
    calledAtMs = next;
    clock.at(next, () => {
      if (next !== calledAtMs) return;
      calledAtMs = Infinity;
      handle({ kind: 'timeout' });
    });
  };

  return { server, handle };
};
