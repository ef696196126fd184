import type { Exchange } from '../../preflight/way/exchange.ts';
import { harmOf } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import type { Scene } from '../scene/scene.ts';

/** A question gets no answer, or is tracked, and nothing else that was found says why. */
export interface Unexplained {
  readonly kind: 'lost' | 'tracked';
  readonly exchange: Exchange;
  readonly harm: Harm;
  readonly mend: readonly [];
}

/** What the cache asks itself is tracked as everybody's questions to a Service are. */
export const findUnexplained = ({ asked }: Scene, isExplained: (exchange: Exchange) => boolean): readonly Unexplained[] =>
  asked
    .filter((one) => !isExplained(one))
    .flatMap((exchange): readonly Unexplained[] => {
      const harm = harmOf(exchange);
      if (exchange.result.kind === 'lost') return [{ kind: 'lost', exchange, harm, mend: [] }];
      return exchange.result.kind === 'answered' && harm === 'tracked' && exchange.question.asker.kind !== 'cache' ? [{ kind: 'tracked', exchange, harm, mend: [] }] : [];
    });
