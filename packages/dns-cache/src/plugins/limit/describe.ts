import { networkText } from '../../address.ts';
import type { LimitValue } from './setup.ts';

export const describe = ({ perSecond, burst, over, bits, exempt, hitsAreFree }: LimitValue): readonly string[] => [
  `limit ${perSecond} a second, ${burst} at once, for each client of ${bits.ipv4} or ${bits.ipv6} bits; over it ${over}; hits ${hitsAreFree ? 'free' : 'counted'}`,
  ...(exempt.length === 0 ? [] : [`  except ${exempt.map(networkText).join(' ')}`]),
];
