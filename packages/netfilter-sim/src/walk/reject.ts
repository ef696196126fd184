import type { Family } from '../packet/address.ts';
import type { IcmpError } from './icmp-error.ts';

/** What `-j REJECT --reject-with` sends (ipt_REJECT.c and ip6t_REJECT.c, 6.12). */
const ERRORS: Readonly<Record<Family, Readonly<Record<string, IcmpError>>>> = {
  ipv4: {
    'icmp-net-unreachable': { icmpType: 3, icmpCode: 0 },
    'icmp-host-unreachable': { icmpType: 3, icmpCode: 1 },
    'icmp-proto-unreachable': { icmpType: 3, icmpCode: 2 },
    'icmp-port-unreachable': { icmpType: 3, icmpCode: 3 },
    'icmp-net-prohibited': { icmpType: 3, icmpCode: 9 },
    'icmp-host-prohibited': { icmpType: 3, icmpCode: 10 },
    'icmp-admin-prohibited': { icmpType: 3, icmpCode: 13 },
  },
  ipv6: {
    'icmp6-no-route': { icmpType: 1, icmpCode: 0 },
    'icmp6-adm-prohibited': { icmpType: 1, icmpCode: 1 },
    'icmp6-addr-unreachable': { icmpType: 1, icmpCode: 3 },
    'icmp6-port-unreachable': { icmpType: 1, icmpCode: 4 },
    'icmp6-policy-fail': { icmpType: 1, icmpCode: 5 },
    'icmp6-reject-route': { icmpType: 1, icmpCode: 6 },
  },
};

const PORT_UNREACHABLE: Readonly<Record<Family, IcmpError>> = {
  ipv4: { icmpType: 3, icmpCode: 3 },
  ipv6: { icmpType: 1, icmpCode: 4 },
};

export const rejectError = (name: string, family: Family): IcmpError | 'tcp-reset' =>
  name === 'tcp-reset' ? name : (ERRORS[family][name] ?? PORT_UNREACHABLE[family]);
