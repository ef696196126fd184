import { TCP_FLAG } from '../../../packet/packet.ts';
import type { TcpPacket } from '../../../packet/packet.ts';
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

const NOT_MODELLED = 'SYNPROXY, which answers for the server';

/** What it looks at: an open, or what may be the client's answer to its own. */
const concerns = ({ flags, fragment }: TcpPacket): boolean => {
  const asked = flags & (TCP_FLAG.SYN | TCP_FLAG.ACK | TCP_FLAG.FIN | TCP_FLAG.RST);
  return fragment === 'later' || asked === TCP_FLAG.SYN || asked === TCP_FLAG.ACK;
};

/** What is read has 32 bits, whatever of it is kept (libxt_SYNPROXY.c, 1.8.9). */
const WORD: Interval = { min: 0, max: UINT32_MAX };

const flag = { values: 0, invertible: false } as const;
const one = { values: 1, invertible: false } as const;

export const synproxy: TargetModule<'SYNPROXY', SynproxyTarget> = {
  name: 'SYNPROXY',
  notModelled: NOT_MODELLED,
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
  apply: (_target, { packet }) =>
    packet.kind === 'tcp' && concerns(packet) ? notModelled(NOT_MODELLED) : goOn(),
  describe: () => 'answer it in place of the server, and open the connection only when the client answers',
};
