import { DELAY_MS } from './delays.ts';
import type { Clock } from '../run/clock.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Answers } from './answers.ts';
import type { CorednsCache } from './coredns-cache.ts';
import type { Counter } from './counter.ts';
import type { FleetPlan, Outage } from './plan.ts';

/** Servers behind one address, as a node sees them. */
export interface Servers {
  /** Who gets what goes there now; `undefined`: nobody is left, and it is refused. */
  choose(): number | undefined;
  /** Whether anything is led to this one still. */
  isListed(backend: number): boolean;
  /** A query is there after the way; `heard` is told of the answer when it is back, if there is one. */
  ask(backend: number, query: Uint8Array, heard: (message: Uint8Array) => void): void;
}

export interface ServersOptions {
  readonly plan: FleetPlan;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly answers: Answers;
  readonly counter: Counter;
  readonly corednsCache: CorednsCache;
}

interface Kind {
  readonly backends: number;
  readonly counted: 'coreDns' | 'outside';
  /** `undefined`: it has nothing to say. */
  readonly say: (query: Uint8Array) => { readonly message: Uint8Array; readonly delayMs: number } | undefined;
  readonly isLost: (backend: number) => boolean;
  readonly isListed: (backend: number) => boolean;
}

/** Which pod is lost in an outage. */
const LOST_POD = 0;

/** The CoreDNS pods behind kube-dns, and behind kube-dns-upstream. */
export const coreDnsServers = (options: ServersOptions): Servers => {
  const podLostFor = lostForMs(options, 'coredns-pod');
  const outsideLostFor = lostForMs(options, 'outside');
  const { event, corednsPods } = options.plan;
  const noticedMs = event.kind === 'outage' ? event.noticedMs : 0;
  return serversOf(options, {
    backends: corednsPods,
    counted: 'coreDns',
    say(query) {
      const said = options.answers.coreDns(query);
      if (said === undefined) return undefined;
      const { message, outside } = said;
      const lostFor = outsideLostFor();
      if (outside === undefined || options.corednsCache.has(outside, lostFor ?? 0)) return { message, delayMs: DELAY_MS.coreDns };
      return lostFor === undefined ? { message, delayMs: DELAY_MS.coreDns + DELAY_MS.outside } : undefined;
    },
    isLost: (backend) => backend === LOST_POD && podLostFor() !== undefined,
    isListed: (backend) => backend !== LOST_POD || (podLostFor() ?? 0) < noticedMs || podLostFor() === undefined,
  });
};

/** The resolver outside: one address, which nobody takes out. */
export const outsideServers = (options: ServersOptions): Servers => {
  const lostFor = lostForMs(options, 'outside');
  return serversOf(options, {
    backends: 1,
    counted: 'outside',
    say(query) {
      const said = options.answers.outside(query);
      return said && { message: said.message, delayMs: DELAY_MS.outside };
    },
    isLost: () => lostFor() !== undefined,
    isListed: () => true,
  });
};

const lostForMs = ({ plan, clock }: ServersOptions, what: Outage) => (): number | undefined => {
  const { event } = plan;
  if (event.kind !== 'outage' || event.what !== what) return undefined;
  const lostFor = clock.nowMs - event.startMs;
  return lostFor >= 0 && lostFor < event.lastsMs ? lostFor : undefined;
};

const serversOf = ({ clock, draw, counter }: ServersOptions, kind: Kind): Servers => ({
  choose() {
    const listed = Array.from({ length: kind.backends }, (_, backend) => backend).filter(kind.isListed);
    return listed.length === 0 ? undefined : listed[draw(listed.length)];
  },
  isListed: kind.isListed,
  ask(backend, query, heard) {
    clock.at(clock.nowMs + DELAY_MS.nodeToNode, () => {
      if (kind.isLost(backend)) {
        counter.count('lost');
        return;
      }
      counter.count(kind.counted);
      const said = kind.say(query);
      if (said !== undefined) clock.at(clock.nowMs + said.delayMs + DELAY_MS.nodeToNode, () => heard(said.message));
    });
  },
});
