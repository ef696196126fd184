import { TCP_FLAG } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, numberValue, refuse, valueOf } from '../extension/option-values.ts';
import { describePorts, holdsPorts, PORT_OPTIONS, printPorts, readPorts } from './ports.ts';
import type { PortsTest } from './ports.ts';

/** Ports, flags and options of a TCP segment (net/netfilter/xt_tcpudp.c, tcp_mt). */
export interface TcpMatch {
  readonly kind: 'tcp';
  readonly sport?: PortsTest;
  readonly dport?: PortsTest;
  /** Of the flags in the mask, exactly those in `set` are set. */
  readonly flags?: { readonly mask: number; readonly set: number; readonly inverted: boolean };
  /** An option of this number is there. */
  readonly option?: { readonly number: number; readonly inverted: boolean };
}

/** In the order in which they are printed. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
const ALL_FLAGS = 0x3f;

const readFlags = (option: WrittenOption, index: number): number => {
  let flags = 0;
  for (const name of valueOf(option, index).toUpperCase().split(',')) {
    if (name === 'ALL') flags |= ALL_FLAGS;
    else if (name !== 'NONE') {
      const known =
        FLAGS.find((flag) => flag === name) ??
        refuse(option, `a comma list of ${FLAGS.join(', ')}, ALL or NONE`, index);
      flags |= TCP_FLAG[known];
    }
  }
  return flags;
};

const printFlags = (flags: number): string =>
  FLAGS.filter((name) => (flags & TCP_FLAG[name]) !== 0).join(',') || 'NONE';

const SYN_MASK = TCP_FLAG.SYN | TCP_FLAG.RST | TCP_FLAG.ACK | TCP_FLAG.FIN;

const readFlagsTest = (options: readonly WrittenOption[]): TcpMatch['flags'] => {
  const flags = findOption(options, '--tcp-flags');
  const syn = findOption(options, '--syn');
  if (flags !== undefined && syn !== undefined) refuse(flags, 'no --syn beside it');
  if (syn !== undefined) return { mask: SYN_MASK, set: TCP_FLAG.SYN, inverted: syn.inverted };
  if (flags === undefined) return undefined;
  return { mask: readFlags(flags, 0), set: readFlags(flags, 1), inverted: flags.inverted };
};

/** Numbers of the options that the packet value can carry (RFC 9293 §3.2, RFC 7323, RFC 2018); what is blank is 1. */
const hasTcpOption = (
  number: number,
  options: {
    readonly maximumSegmentSize?: number;
    readonly windowScale?: number;
    readonly selectiveAcknowledgementPermitted?: boolean;
    readonly blankedBytes?: number;
  },
): boolean =>
  (number === 1 && options.blankedBytes !== undefined) ||
  (number === 2 && options.maximumSegmentSize !== undefined) ||
  (number === 3 && options.windowScale !== undefined) ||
  (number === 4 && options.selectiveAcknowledgementPermitted === true);

export const tcp: MatchModule<'tcp', TcpMatch> = {
  name: 'tcp',
  loadedBy: PROTOCOL.tcp,
  steady: 'always',
  options: {
    ...PORT_OPTIONS,
    '--tcp-flags': { values: 2, invertible: true },
    '--syn': { values: 0, invertible: true },
    '--tcp-option': { values: 1, invertible: true },
  },
  placement: () => ({ protocols: [PROTOCOL.tcp] }),

  parse(options) {
    const flags = readFlagsTest(options);
    const option = findOption(options, '--tcp-option');
    return {
      kind: 'tcp',
      ...readPorts(options, 'number'),
      ...(flags === undefined ? {} : { flags }),
      ...(option === undefined
        ? {}
        : { option: { number: numberValue(option, { min: 1, max: 255 }), inverted: option.inverted } }),
    };
  },

  print: (match) =>
    [
      ...printPorts(match),
      ...(match.option === undefined ? [] : [`${not(match.option.inverted)}--tcp-option ${match.option.number}`]),
      ...(match.flags === undefined
        ? []
        : [`${not(match.flags.inverted)}--tcp-flags ${printFlags(match.flags.mask)} ${printFlags(match.flags.set)}`]),
    ].join(' '),

  evaluate(match, { packet }) {
    if (packet.kind !== 'tcp' || packet.fragment === 'later') return 'no-match';
    const { flags, option } = match;
    return answer(
      holdsPorts(match, packet) &&
        (flags === undefined || ((packet.flags & flags.mask) === flags.set) !== flags.inverted) &&
        (option === undefined || hasTcpOption(option.number, packet.options) !== option.inverted),
    );
  },

  describe: (match) =>
    [
      ...describePorts(match),
      ...(match.flags === undefined
        ? []
        : [
            `of the TCP flags ${printFlags(match.flags.mask)}, ${match.flags.inverted ? 'not exactly' : 'exactly'} ${printFlags(match.flags.set)} set`,
          ]),
      ...(match.option === undefined ? [] : [`TCP option ${match.option.number} ${is(match.option.inverted)} present`]),
    ].join(' and ') || 'it is a TCP segment',
};
