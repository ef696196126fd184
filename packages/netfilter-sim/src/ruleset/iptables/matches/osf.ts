import { TCP_FLAG } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { truncateUtf8 } from '../../shared/text.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, is, not, numberValue, requireOption, valueOf } from '../extension/option-values.ts';

/** The operating system by its TCP fingerprint (net/netfilter/xt_osf.c). */
export interface OsfMatch {
  readonly kind: 'osf';
  readonly genre: string;
  readonly ttl?: number;
  readonly log?: number;
  readonly inverted: boolean;
}

/** MAXGENRELEN with its NUL: what is longer is cut off. */
const GENRE_BYTES_MAX = 31;

export const osf: MatchModule<'osf', OsfMatch> = {
  name: 'osf',
  family: 'ipv4',
  notModelledFor: 'SYNs',
  options: {
    '--genre': { values: 1, invertible: true },
    '--ttl': { values: 1, invertible: false },
    '--log': { values: 1, invertible: false },
  },
  placement: () => ({ hooks: ['PREROUTING', 'INPUT', 'FORWARD'], protocols: [PROTOCOL.tcp] }),

  parse(options, scope) {
    const genre = requireOption(options, '--genre', scope, 'NAME');
    const [ttl, log] = [findOption(options, '--ttl'), findOption(options, '--log')];
    return {
      kind: 'osf',
      genre: truncateUtf8(valueOf(genre), GENRE_BYTES_MAX),
      ...(ttl === undefined ? {} : { ttl: numberValue(ttl, { min: 0, max: 2 }) }),
      ...(log === undefined ? {} : { log: numberValue(log, { min: 0, max: 2 }) }),
      inverted: genre.inverted,
    };
  },

  print: ({ genre, ttl, log, inverted }) =>
    [
      `${not(inverted)}--genre ${genre}`,
      ...(ttl === undefined ? [] : [`--ttl ${ttl}`]),
      ...(log === undefined ? [] : [`--log ${log}`]),
    ].join(' '),

  // nf_osf_hdr_ctx_init (net/netfilter/nfnetlink_osf.c, 6.12) looks at nothing but SYNs.
  evaluate: (_match, { packet }) =>
    packet.kind === 'tcp' && packet.fragment !== 'later' && (packet.flags & TCP_FLAG.SYN) !== 0
      ? notModelled('the fingerprints of operating systems that the kernel was given')
      : 'no-match',

  describe: (match) => `its sender's operating system ${is(match.inverted)} ${match.genre}`,
};
