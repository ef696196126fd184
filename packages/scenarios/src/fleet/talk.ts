import { caresResolver } from '../resolver/c-ares/index.ts';
import type { ResolverConfig } from '../resolver/config.ts';
import { glibcResolver } from '../resolver/glibc/index.ts';
import { goResolver } from '../resolver/go/index.ts';
import type { Draw, LookupEvent, LookupResult, Progress, Resolver, Sent } from '../resolver/machine.ts';
import { muslTcpResolver } from '../resolver/musl/index.ts';
import { nodeResolver } from '../resolver/node/index.ts';

/** A lookup under way, whichever resolver it is of. */
interface Talk {
  readonly result: LookupResult | undefined;
  readonly deadlineMs: number;
  /** What it sends at once. */
  readonly first: readonly Sent[];
  tell(event: LookupEvent, nowMs: number): readonly Sent[];
}

/** A resolver whose kind of lookup nobody has to know. */
export interface Talker {
  readonly readConfig: (resolvConf: string) => ResolverConfig;
  readonly start: (name: string, config: ResolverConfig, nowMs: number, draw: Draw) => Talk;
}

const talker = <L extends Progress>(resolver: Resolver<L>): Talker => ({
  readConfig: resolver.readConfig,
  start(name, config, nowMs, draw) {
    const started = resolver.start(name, config, nowMs, draw);
    let { lookup } = started;
    return {
      get result() {
        return lookup.result;
      },
      get deadlineMs() {
        return lookup.deadlineMs;
      },
      first: started.send,
      tell(event, now) {
        const step = resolver.step(lookup, event, now, draw);
        lookup = step.lookup;
        return step.send;
      },
    };
  },
});

export const TALKERS = {
  glibc: talker(glibcResolver),
  musl: talker(muslTcpResolver),
  go: talker(goResolver),
  'c-ares': talker(caresResolver),
  node: talker(nodeResolver),
} as const satisfies Readonly<Record<string, Talker>>;

export type ResolverName = keyof typeof TALKERS;
