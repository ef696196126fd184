import { TCP_FLAG } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { goOn } from '../../shared/outcome.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, hasOption, numberValue } from '../extension/option-values.ts';

/** Answers SYNs in place of the server (net/ipv4/netfilter/ipt_SYNPROXY.c, 6.12). */
export interface SynproxyTarget {
  readonly kind: 'SYNPROXY';
  readonly selectiveAcknowledgement: boolean;
  readonly timestamp: boolean;
  readonly windowScale?: number;
  readonly maximumSegmentSize?: number;
  readonly ecn: boolean;
}

const FLAGS = TCP_FLAG.SYN | TCP_FLAG.ACK | TCP_FLAG.FIN | TCP_FLAG.RST;

/** What is read has 32 bits, whatever of it is kept (libxt_SYNPROXY.c, 1.8.9). */
const WORD: Interval = { min: 0, max: UINT32_MAX };

const flag = { values: 0, invertible: false } as const;
const one = { values: 1, invertible: false } as const;

export const synproxy: TargetModule<'SYNPROXY', SynproxyTarget> = {
  name: 'SYNPROXY',
  notModelledFor: 'later fragments, and what it says to the server once the client has answered',
  needsConntrack: () => true,
  options: { '--sack-perm': flag, '--timestamp': flag, '--wscale': one, '--mss': one, '--ecn': flag },
  placement: () => ({ hooks: ['INPUT', 'FORWARD'], protocols: [PROTOCOL.tcp] }),

  parse(options) {
    const [windowScale, size] = [findOption(options, '--wscale'), findOption(options, '--mss')];
    return {
      kind: 'SYNPROXY',
      selectiveAcknowledgement: hasOption(options, '--sack-perm'),
      timestamp: hasOption(options, '--timestamp'),
      ...(windowScale === undefined ? {} : { windowScale: numberValue(windowScale, WORD) & 0xff }),
      ...(size === undefined ? {} : { maximumSegmentSize: numberValue(size, WORD) & 0xffff }),
      ecn: hasOption(options, '--ecn'),
    };
  },

  print: (target) =>
    [
      ...(target.selectiveAcknowledgement ? ['--sack-perm'] : []),
      ...(target.timestamp ? ['--timestamp'] : []),
      ...(target.windowScale === undefined ? [] : [`--wscale ${target.windowScale}`]),
      ...(target.maximumSegmentSize === undefined ? [] : [`--mss ${target.maximumSegmentSize}`]),
      ...(target.ecn ? ['--ecn'] : []),
    ].join(' '),

  // synproxy_tg4 (6.12) lets all other segments go on.
  apply({ maximumSegmentSize }, context) {
    const { packet } = context;
    if (packet.kind !== 'tcp') return goOn();
    if (packet.fragment === 'later') return notModelled('the payload of a later fragment, which SYNPROXY takes for a TCP header');
    const flags = packet.flags & FLAGS;
    if (flags === TCP_FLAG.SYN) {
      // The other options need a timestamp, and the packets of the model have none.
      const answers = maximumSegmentSize !== undefined && packet.options.maximumSegmentSize !== undefined;
      return { kind: 'answer-open', ...(answers ? { maximumSegmentSize } : {}) };
    }
    if (flags !== TCP_FLAG.ACK) return goOn();
    const fits = context.choose({ kind: 'unknown', what: 'whether it acknowledges a SYN,ACK of SYNPROXY' });
    return fits ? notModelled('the connection that SYNPROXY opens to the server') : { kind: 'drop' };
  },

  describe: () => 'answer it in place of the server, and open the connection only when the client answers',
};
