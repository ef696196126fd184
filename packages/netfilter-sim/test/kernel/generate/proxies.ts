import * as fc from 'fast-check';
import { line, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { Family } from '../../../src/packet/address.ts';

/** Rules that hand packets to the sockets of helper/proxies.py, and to such as are no proxies. */

const OWN: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['127.0.0.1', '172.18.0.2', '10.244.1.1'],
  ipv6: ['::1', 'fd00:172:18::2', 'fd00:10:244:1::1'],
};

/** Of mangle's PREROUTING alone. */
export const proxyTarget = (family: Family): fc.Arbitrary<string> =>
  line(
    '-j TPROXY --on-port ',
    weighted([6, fc.constant('12345')], [2, fc.constant('12346')], [1, oneOf('12347', '53', '99', '0')]),
    weighted([3, fc.constant('')], [2, line(' --on-ip ', oneOf(...OWN[family]))]),
    weighted([4, fc.constant(' --tproxy-mark 0x1/0x1')], [1, oneOf('', ' --tproxy-mark 0x4000/0x4000')]),
  );

export const socketMatch: fc.Arbitrary<string> = line('-m socket', oneOf('', ' --transparent'), oneOf('', ' --nowildcard'));
