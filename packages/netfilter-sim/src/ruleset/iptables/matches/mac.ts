import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** The Ethernet address that sent the frame (net/netfilter/xt_mac.c). */
export interface MacMatch {
  readonly kind: 'mac';
  /** Lower case, two digits each. */
  readonly address: string;
  readonly inverted: boolean;
}

/** Six numbers of up to two hexadecimal digits; one without any is 0 (xtopt_parse_ethermac, libxtables 1.8.9). */
const readMac = (text: string): string | undefined =>
  /^[\da-f]{0,2}(?::[\da-f]{0,2}){5}$/i.test(text)
    ? text
        .split(':')
        .map((octet) => octet.toLowerCase().padStart(2, '0'))
        .join(':')
    : undefined;

export const mac: MatchModule<'mac', MacMatch> = {
  name: 'mac',
  steady: 'always',
  notModelledFor: 'packets whose frame was not given',
  options: { '--mac-source': { values: 1, invertible: true } },
  placement: () => ({ hooks: ['PREROUTING', 'INPUT', 'FORWARD'] }),

  parse(options, scope) {
    const option = requireOption(options, '--mac-source', scope, 'ADDRESS');
    const address = readMac(valueOf(option)) ?? refuse(option, 'an Ethernet address such as 00:11:22:33:44:55');
    return { kind: 'mac', address, inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--mac-source ${match.address}`,

  evaluate({ address, inverted }, context) {
    const { inDevice, link } = context;
    // Off Ethernet, as on lo, it says no even where it is inverted (mac_mt: ARPHRD_ETHER).
    if (inDevice === 'lo') return 'no-match';
    if (link === undefined) return notModelled('the source MAC address');
    if (link.sourceMac === undefined) return 'no-match';
    return answer((link.sourceMac.toLowerCase() === address) !== inverted);
  },

  describe: (match) => `the source MAC address ${is(match.inverted)} ${match.address}`,
};
