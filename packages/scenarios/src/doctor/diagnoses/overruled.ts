import { familyOf } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import { senderOf } from '../../preflight/way/question.ts';
import { onTop } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import { isMissing } from '../scene/family-rules.ts';
import { harmOf, worstOf } from '../scene/harm.ts';
import type { Harm } from '../scene/harm.ts';
import type { Scene } from '../scene/scene.ts';

/**
 * NOTRACK is there, and packets are tracked all the same: what stands above it leaves the chain (RETURN), or has given the packet
 * something of conntrack's already (CT --zone, CT --helper), after which NOTRACK does nothing (`notrack_tg`, net/netfilter/xt_CT.c).
 */
export interface Overruled {
  readonly kind: 'overruled';
  readonly chain: 'PREROUTING' | 'OUTPUT';
  readonly exchanges: readonly Exchange[];
  readonly harm: Harm;
  readonly mend: readonly Command[];
}

/** @param scene without the questions that something else explains */
export const findOverruled = (scene: Scene): readonly Overruled[] =>
  scene.rules.flatMap(({ family, chains, program }) =>
    (['PREROUTING', 'OUTPUT'] as const).flatMap((chain): readonly Overruled[] => {
      const place = chains?.find((one) => one.table === 'raw' && one.chain === chain);
      const exchanges = scene.asked.filter((one) => isTrackedBy(one, family, chain));
      if (place === undefined || place.rules.some(isMissing) || exchanges.length === 0) return [];
      return [{ kind: 'overruled', chain, exchanges, harm: worstOf(exchanges.map(harmOf)), mend: onTop(program, place) }];
    }),
  );

/** By the first packet that conntrack has seen: whoever comes later has its entry. */
const isTrackedBy = ({ question: { asker, address }, legs }: Exchange, family: Family, chain: Overruled['chain']): boolean => {
  if (asker.kind === 'cache' || familyOf(address) !== family) return false;
  const first = legs.find(({ passage }) => passage.ways.some(({ events }) => events.some(({ kind }) => kind === 'entry' || kind === 'translated')));
  return first !== undefined && (asker.kind === 'pod' && senderOf(first.name) === 'asker' ? 'PREROUTING' : 'OUTPUT') === chain;
};
