import type { Rule } from './rule.ts';
import { familyOf, HOST_BITS } from '../family.ts';

const FLAGS = { source: ['-s', '--sport'], destination: ['-d', '--dport'] } as const;

/** As the log of node-cache names it: `{raw PREROUTING [-p tcp -d 169.254.20.10 --dport 53 -j NOTRACK -m comment --comment …]}`. */
export const ruleName = ({ table, chain, protocol, end, address, port, target, comment, isLoopback }: Rule): string => {
  const [addressFlag, portFlag] = FLAGS[end];
  const device = isLoopback ? ' -i lo' : '';
  return `{${table} ${chain} [-p ${protocol} ${addressFlag} ${address}${device} ${portFlag} ${port} -j ${target} -m comment --comment ${comment}]}`;
};

/** What follows `-A CHAIN ` in the text of `iptables-save`. */
export const ruleSpec = ({ protocol, end, address, port, target, comment, isLoopback }: Rule): string => {
  const [addressFlag, portFlag] = FLAGS[end];
  const device = isLoopback ? ' -i lo' : '';
  const match = `-p ${protocol} -m ${protocol} ${portFlag} ${port}`;
  return `${addressFlag} ${address}/${HOST_BITS[familyOf(address)]}${device} ${match} -m comment --comment "${comment}" -j ${target}`;
};
