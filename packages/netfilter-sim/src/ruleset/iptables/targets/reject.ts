import { InputError } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import type { TargetModule } from '../extension/extension.ts';
import { findOption, refuse, valueOf } from '../extension/option-values.ts';

/** Drops the packet and answers with an error (net/ipv4/netfilter/ipt_REJECT.c, ip6t_REJECT.c). */
export interface RejectTarget {
  readonly kind: 'REJECT';
  /** As it is printed: `icmp-port-unreachable`, `tcp-reset`. */
  readonly with: string;
}

/** Printed name, then the short one (libipt_REJECT.c and libip6t_REJECT.c, iptables 1.8.9). */
const ANSWERS: Readonly<Record<Family, readonly (readonly [name: string, short: string])[]>> = {
  ipv4: [
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['tcp-reset', 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  ipv6: [
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    ['tcp-reset', 'tcp-reset'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
};

const DEFAULT: Readonly<Record<Family, string>> = { ipv4: 'icmp-port-unreachable', ipv6: 'icmp6-port-unreachable' };

export const reject: TargetModule<'REJECT', RejectTarget> = {
  name: 'REJECT',
  quiet: true,
  ends: true,
  options: { '--reject-with': { values: 1, invertible: false } },
  placement: () => ({ tables: ['filter'], hooks: ['INPUT', 'FORWARD', 'OUTPUT'] }),

  parse(options, scope) {
    const option = findOption(options, '--reject-with');
    if (option === undefined) return { kind: 'REJECT', with: DEFAULT[scope.family] };
    const text = valueOf(option).toLowerCase();
    const answers = ANSWERS[scope.family];
    // The beginning of a name is enough, as strncasecmp has it.
    const found =
      text === '' ? undefined : answers.find(([name, short]) => name.startsWith(text) || short.startsWith(text));
    if (found === undefined) return refuse(option, `one of ${answers.map(([name]) => name).join(', ')}`);
    if (found[0] === 'tcp-reset' && scope.protocol !== PROTOCOL.tcp) {
      throw new InputError(option.position, 'tcp-reset answers TCP only', 'add -p tcp');
    }
    return { kind: 'REJECT', with: found[0] };
  },

  print: (target) => `--reject-with ${target.with}`,
  apply: (target) => ({ kind: 'reject', with: target.with }),
  describe: (target) => `reject it with ${target.with}`,
};
