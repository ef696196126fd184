import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

const TYPES = ['unicast', 'broadcast', 'multicast', 'otherhost'] as const;

/** Other words for the same (libxt_pkttype.c, iptables 1.8.9). */
const ALIASES: Readonly<Record<string, (typeof TYPES)[number]>> = {
  host: 'unicast',
  bcast: 'broadcast',
  mcast: 'multicast',
};

/** To whom the frame was addressed on its link (net/netfilter/xt_pkttype.c). */
export interface PkttypeMatch {
  readonly kind: 'pkttype';
  readonly type: (typeof TYPES)[number];
  readonly inverted: boolean;
}

export const pkttype: MatchModule<'pkttype', PkttypeMatch> = {
  name: 'pkttype',
  notModelledFor: 'packets whose frame was not given',
  steady: 'always',
  options: { '--pkt-type': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--pkt-type', scope, 'unicast');
    const text = valueOf(option).toLowerCase();
    const type =
      TYPES.find((name) => name === text) ??
      (Object.hasOwn(ALIASES, text) ? ALIASES[text] : undefined) ??
      refuse(option, `one of ${TYPES.join(', ')}`);
    return { kind: 'pkttype', type, inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--pkt-type ${match.type}`,

  evaluate({ type, inverted }, { inDevice, link }) {
    if (link !== undefined) return answer((link.packetType === type) !== inverted);
    // What the host itself sends, and what comes back to it by lo, counts as unicast.
    if (inDevice === '' || inDevice === 'lo') return answer((type === 'unicast') !== inverted);
    return notModelled('the link type of a packet whose frame was not given');
  },

  describe: (match) => `on its link it ${is(match.inverted)} ${match.type}`,
};
