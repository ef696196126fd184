import { networkText } from '../../address.ts';
import type { Dns64Value } from './setup.ts';

export const describe = ({ prefix, translateAll, allowIpv4 }: Dns64Value): readonly string[] => [
  `dns64 ${networkText(prefix)}`,
  `  translates: ${translateAll ? 'every answer' : 'answers without AAAA'}`,
  `  for clients over ${allowIpv4 ? 'IPv6 and IPv4' : 'IPv6'}`,
];
