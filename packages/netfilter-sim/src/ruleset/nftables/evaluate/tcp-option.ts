import type { Packet, TcpOptions } from '../../../packet/packet.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { BREAK, number, one } from './value.ts';
import type { Value } from './value.ts';

type TcpOption = Extract<Expression, { kind: 'tcp-option' }>;

/** Octets of each option that the packet value can carry (RFC 9293 §3.2, RFC 7323, RFC 2018). */
const OCTETS: Readonly<Record<string, number>> = { maxseg: 4, window: 3, 'sack-perm': 2, 'sack-permitted': 2 };

/** net/netfilter/nft_exthdr.c, 6.12 (`nft_exthdr_tcp_eval`); a packet without the option ends the rule, or says so. */
export const evaluateTcpOption = ({ name, field }: TcpOption, packet: Packet): Value => {
  if (packet.kind !== 'tcp' || packet.fragment === 'later') return BREAK;
  const found = contentOf(name, packet.options);
  if (field === undefined) return one(found === undefined ? '' : name);
  if (found === undefined) return BREAK;
  if (field === 'length') return number(OCTETS[name] ?? 0);
  return found === true ? notModelled(`tcp option ${name} ${field}`) : number(found);
};

/** `true`: there, with nothing in it. */
const contentOf = (name: string, options: TcpOptions): number | true | undefined => {
  switch (name) {
    case 'maxseg':
      return options.maximumSegmentSize;
    case 'window':
      return options.windowScale;
    case 'sack-perm':
    case 'sack-permitted':
      return options.selectiveAcknowledgementPermitted === true ? true : undefined;
    default:
      return undefined;
  }
};
