import type { ResolverConfig } from '../resolver/config.ts';
import { caresResolver, debianNodeResolver } from '../resolver/c-ares/index.ts';
import { glibcResolver } from '../resolver/glibc/index.ts';
import { goResolver } from '../resolver/go/index.ts';
import type { Draw, LookupEvent, LookupResult, Progress, Resolver, Sent, Step } from '../resolver/machine.ts';
import { muslResolver, muslTcpResolver } from '../resolver/musl/index.ts';
import { nodeResolver } from '../resolver/node/index.ts';
import type { ResolverName } from '../scenario/client.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Clock } from './clock.ts';

interface LookupOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  /** What a step sends, all at once. */
  readonly send: (sent: readonly Sent[]) => void;
  readonly done: (result: LookupResult) => void;
}

/** A lookup under way. */
export interface RunningLookup {
  tell(event: LookupEvent): void;
}

/** A resolver as a client has it. */
export interface Stub {
  readonly nameservers: readonly string[];
  start(name: string, call: ScenarioLookup['call'], options: LookupOptions): RunningLookup;
}

const stubOf = <L extends Progress>(resolver: Resolver<L>, resolvConf: string): Stub => {
  const config = resolver.readConfig(resolvConf);
  return {
    nameservers: config.nameservers,
    start(name, call, { clock, draw, send, done }) {
      const asked: ResolverConfig = call === 'ipv4-only' ? { ...config, noAaaa: true } : config;
      let lookup: L | undefined;
      let deadlineMs = Infinity;
      const follow = (step: Step<L>): void => {
        lookup = step.lookup;
        const { result } = step.lookup;
        if (step.lookup.deadlineMs !== deadlineMs && result === undefined) {
          ({ deadlineMs } = step.lookup);
          if (deadlineMs < Infinity) clock.at(deadlineMs, () => running.tell({ kind: 'timeout' }));
        }
        if (step.send.length > 0) send(step.send);
        if (result === undefined) return;
        lookup = undefined;
        done(result);
      };
      const running: RunningLookup = {
        tell(event) {
          if (lookup !== undefined) follow(resolver.step(lookup, event, clock.nowMs, draw));
        },
      };
      follow(resolver.start(name, asked, clock.nowMs, draw));
      return running;
    },
  };
};

export const createStub = (name: ResolverName, resolvConf: string): Stub => {
  switch (name) {
    case 'glibc':
      return stubOf(glibcResolver, resolvConf);
    case 'musl-1.2.3':
      return stubOf(muslResolver, resolvConf);
    case 'musl-1.2.5':
      return stubOf(muslTcpResolver, resolvConf);
    case 'go':
      return stubOf(goResolver, resolvConf);
    case 'c-ares':
      return stubOf(caresResolver, resolvConf);
    case 'node':
      return stubOf(nodeResolver, resolvConf);
    case 'debian-node':
      return stubOf(debianNodeResolver, resolvConf);
  }
};
