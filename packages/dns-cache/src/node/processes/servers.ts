import { performance } from 'node:perf_hooks';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { StewardEffect, StewardEvent, Stewardship } from '../stewardship/steward.ts';
import { beginStewardship, decide } from '../stewardship/steward.ts';
import { LOOK_EVERY_MS, STOP_MAX_MS } from './limits.ts';
import type { KeptNetwork } from '../readiness/kept.ts';
import type { FromServer, ServerBeginning, SupervisorCounts, ToServer } from './protocol.ts';
import type { HandedDown, ServerChild, ServerCommand } from './server-child.ts';
import { startServerChild } from './server-child.ts';

export interface ServersOptions {
  readonly command: ServerCommand;
  readonly beginning: Omit<ServerBeginning, keyof HandedDown>;
  readonly handedDown: () => HandedDown;
  readonly keepsSpare: boolean;
  /** Queries may be led here already. */
  readonly diverts: boolean;
  /** What they are to serve was served before. */
  readonly hasServed: boolean;
  /** Is asked and waited for before a server serves: whether it may. */
  readonly ready: () => Promise<boolean>;
  readonly counts: () => SupervisorCounts;
  readonly kept: () => KeptNetwork;
  readonly log: (line: string) => void;
  /** A server serves, though not at these: queries may be led to the others. */
  readonly serving: (unserved: readonly InheritedSocket[]) => void;
  readonly divert: () => void;
  /** None does, for too long. */
  readonly stopDiverting: () => void;
  /** A server could not begin: the addresses may be gone. */
  readonly refused: () => void;
  /** The configuration cannot be served, and never was. */
  readonly giveUp: () => void;
}

/** The servers of an agent: one that serves, and one that waits. */
export interface Servers {
  /** To the one that serves. */
  tell(message: ToServer): void;
  /** The agent before is gone. */
  beAlone(): void;
  /** Has the one that serves say that it is about to stop; it goes on answering. */
  lameduck(): Promise<void>;
  /** They answer what they owe and end. */
  stop(): Promise<void>;
  /** They leave the sockets to others; resolves when those can begin, while these answer what they owe. */
  leave(): Promise<void>;
}

/** Carries out what a steward decides. */
export const startServers = (options: ServersOptions): Servers => {
  const { command, beginning, handedDown, keepsSpare, diverts, hasServed, ready, counts, kept, log, serving: toldServing, divert, stopDiverting, refused: toldRefused, giveUp } = options;
  const children = new Map<number, ServerChild>();
  const refused = new Set<number>();
  let state: Stewardship = beginStewardship(keepsSpare, diverts, performance.now(), hasServed);
  let lame: ServerChild | undefined;
  let hasBecomeLame: () => void = () => undefined;
  /** Whose leaving is awaited: one that waits has nothing to leave, and says so at once. */
  let leaving: ServerChild | undefined;
  let hasLeft: () => void = () => undefined;
  let awaitingAll: readonly (() => void)[] = [];

  const serving = (): ServerChild | undefined => {
    const found = state.servers.find(({ stage }) => stage === 'serving') ?? state.servers.find(({ stage }) => stage === 'promoted');
    return found === undefined ? undefined : children.get(found.number);
  };

  const hear = (server: number, message: FromServer): void => {
    switch (message.kind) {
      case 'prepared':
      case 'alive':
        follow({ kind: message.kind, server });
        return;
      case 'serving':
        children.get(server)?.tell({ kind: 'counted', counts: counts() });
        children.get(server)?.tell({ kind: 'kept', network: kept() });
        toldServing(message.unserved);
        follow({ kind: 'serving', server });
        return;
      case 'lame':
        hasBecomeLame();
        return;
      case 'left':
        if (children.get(server) === leaving) hasLeft();
        return;
      case 'refused':
        refused.add(server);
        toldRefused();
    }
  };

  const ended = (server: number, how: string): void => {
    if (children.get(server) === lame) hasBecomeLame();
    children.delete(server);
    if (!state.isStopping) log(`[ERROR] Server ${server} is no more: ${how}`);
    follow({ kind: 'ended', server, refused: refused.delete(server) });
    if (children.size === 0) for (const tellEnd of awaitingAll) tellEnd();
  };

  const carryOut = (effect: StewardEffect): void => {
    switch (effect.kind) {
      case 'start': {
        const { server } = effect;
        const child = startServerChild(command, beginning, handedDown(), {
          heard: (message) => hear(server, message),
          ended: (how) => ended(server, how),
        });
        children.set(server, child);
        return;
      }
      case 'promote':
        if (state.hasServed) log(`[WARNING] Server ${effect.server} goes on in the place of the one before`);
        void ready().then((may) => {
          if (may) children.get(effect.server)?.tell({ kind: 'serve' });
        });
        return;
      case 'kill':
        log(`[ERROR] Killing server ${effect.server}: ${effect.why}`);
        children.get(effect.server)?.kill();
        return;
      case 'divert':
        divert();
        return;
      case 'stop-diverting':
        log(state.hasServed ? `[ERROR] Queries go to kube-dns for now: ${effect.why}` : `[WARNING] Making sure that no earlier start left rules here: ${effect.why}`);
        stopDiverting();
        return;
      case 'give-up':
        giveUp();
    }
  };

  const follow = (event: StewardEvent): void => {
    const decided = decide(state, event, performance.now());
    state = decided.state;
    for (const effect of decided.effects) carryOut(effect);
  };

  const endAll = async (kind: 'stop' | 'leave'): Promise<void> => {
    follow({ kind: 'stop' });
    // They are looked at until then: one that hangs would have the next agent wait.
    await endChildren(kind);
    clearInterval(looks);
  };

  const endChildren = async (kind: 'stop' | 'leave'): Promise<void> => {
    if (children.size === 0) return;
    const last = setTimeout(() => {
      for (const child of children.values()) child.kill();
    }, STOP_MAX_MS);
    await new Promise<void>((resolve) => {
      awaitingAll = [...awaitingAll, resolve];
      for (const child of children.values()) child.tell({ kind });
    });
    clearTimeout(last);
  };

  const looks = setInterval(() => follow({ kind: 'looked' }), LOOK_EVERY_MS);
  follow({ kind: 'looked' });

  return {
    tell: (message) => serving()?.tell(message),
    beAlone: () => follow({ kind: 'alone' }),
    async lameduck() {
      lame = serving();
      if (lame === undefined) return;
      await new Promise<void>((resolve) => {
        hasBecomeLame = resolve;
        lame?.tell({ kind: 'lameduck' });
      });
    },
    stop: () => endAll('stop'),
    async leave() {
      leaving = serving();
      const left = new Promise<void>((resolve) => {
        hasLeft = resolve;
      });
      const gone = endAll('leave');
      await (leaving === undefined ? gone : Promise.race([left, gone]));
    },
  };
};
