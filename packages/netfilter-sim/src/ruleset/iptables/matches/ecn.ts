import { InputError } from '../../../error.ts';
import { TCP_FLAG } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, numberValue } from '../extension/option-values.ts';

interface Flag {
  readonly inverted: boolean;
}

/** Explicit congestion notification in the IP and TCP headers (net/netfilter/xt_ecn.c). */
export interface EcnMatch {
  readonly kind: 'ecn';
  readonly ece?: Flag;
  readonly cwr?: Flag;
  readonly ect?: Flag & { readonly codepoint: number };
}

const flagOf = (option: WrittenOption | undefined): Flag | undefined =>
  option === undefined ? undefined : { inverted: option.inverted };

const holds = (flag: Flag | undefined, fact: boolean): boolean => flag === undefined || fact !== flag.inverted;

export const ecn: MatchModule<'ecn', EcnMatch> = {
  name: 'ecn',
  notModelledFor: 'later fragments, where it looks at TCP flags',
  steady: 'while-unchanged',
  options: {
    '--ecn-tcp-cwr': { values: 0, invertible: true },
    '--ecn-tcp-ece': { values: 0, invertible: true },
    '--ecn-ip-ect': { values: 1, invertible: true },
  },
  placement: ({ ece, cwr }) => (ece === undefined && cwr === undefined ? {} : { protocols: [PROTOCOL.tcp] }),

  parse(options, scope) {
    if (options.length === 0) {
      throw new InputError(scope.position, 'match "ecn" has no option', 'add one such as --ecn-ip-ect 0');
    }
    const [ece, cwr] = [flagOf(findOption(options, '--ecn-tcp-ece')), flagOf(findOption(options, '--ecn-tcp-cwr'))];
    const ect = findOption(options, '--ecn-ip-ect');
    return {
      kind: 'ecn',
      ...(ece === undefined ? {} : { ece }),
      ...(cwr === undefined ? {} : { cwr }),
      ...(ect === undefined
        ? {}
        : { ect: { codepoint: numberValue(ect, { min: 0, max: 3 }), inverted: ect.inverted } }),
    };
  },

  print: ({ ece, cwr, ect }) =>
    [
      ...(ece === undefined ? [] : [`${not(ece.inverted)}--ecn-tcp-ece`]),
      ...(cwr === undefined ? [] : [`${not(cwr.inverted)}--ecn-tcp-cwr`]),
      ...(ect === undefined ? [] : [`${not(ect.inverted)}--ecn-ip-ect ${ect.codepoint}`]),
    ].join(' '),

  evaluate({ ece, cwr, ect }, { packet }) {
    if (!holds(ect, (packet.tos & 3) === ect?.codepoint)) return 'no-match';
    if (ece === undefined && cwr === undefined) return 'match';
    // match_tcp (6.12) takes for a header what stands where it would be.
    if (packet.fragment === 'later') return notModelled('the payload of a later fragment, which ecn takes for a TCP header');
    const flags = packet.kind === 'tcp' ? packet.flags : 0;
    return answer(holds(ece, (flags & TCP_FLAG.ECE) !== 0) && holds(cwr, (flags & TCP_FLAG.CWR) !== 0));
  },

  describe: ({ ece, cwr, ect }) =>
    [
      ...(ect === undefined ? [] : [`its ECN codepoint ${is(ect.inverted)} ${ect.codepoint}`]),
      ...(ece === undefined ? [] : [`the TCP flag ECE ${is(ece.inverted)} set`]),
      ...(cwr === undefined ? [] : [`the TCP flag CWR ${is(cwr.inverted)} set`]),
    ].join(' and '),
};
