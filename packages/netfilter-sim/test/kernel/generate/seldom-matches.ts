import { line, not, oneOf } from '../../../src/arbitraries/words.ts';
import type * as fc from 'fast-check';
import type { Family } from '../../../src/packet/address.ts';
import type { Place, ProtocolName } from './place.ts';
import type { Choice } from './pools.ts';

/*
 * Conditions that few rule sets have. What the clock decides is asked of days that are long gone; what limits
 * counts, in so long a time that no test sees it pass.
 */

const SELDOM = 1;

/** Octets at places that both the model and the kernel know: lengths, protocols, addresses, ports. */
const OCTETS: Readonly<Record<Family, readonly Choice[]>> = {
  ipv4: [
    [SELDOM, line('-m u32 ', not, '--u32 ', oneOf('"6&0xFF=17"', '"0&0xFFFF=32:60"', '"12=0x0af40105"', '"0>>22&0x3C@0>>16=53,700"', '"6&0xFF=6&&0>>22&0x3C@12>>16&0x2=2"'))],
    [SELDOM, line('-m bpf --bytecode ', oneOf('"4,48 0 0 9,21 0 1 17,6 0 0 65535,6 0 0 0"', '"5,177 0 0 0,72 0 0 2,21 0 1 53,6 0 0 1,6 0 0 0"'))],
  ],
  ipv6: [
    [SELDOM, line('-m u32 ', not, '--u32 ', oneOf('"4&0xFF00>>8=17"', '"2&0xFFFF=12:60"', '"8=0xfd000010"', '"40>>16=53,700"'))],
    [SELDOM, line('-m bpf --bytecode ', oneOf('"4,48 0 0 6,21 0 1 17,6 0 0 65535,6 0 0 0"', '"4,32 0 0 24,21 0 1 4244635664,6 0 0 1,6 0 0 0"'))],
  ],
};

const connections: readonly Choice[] = [
  [
    SELDOM,
    line(
      '-m connbytes ',
      not,
      '--connbytes ',
      oneOf('1', '2', '2:3', '3', '0:1', '60', '32:64', '100:400'),
      ' --connbytes-dir ',
      oneOf('original', 'reply', 'both'),
      ' --connbytes-mode ',
      oneOf('packets', 'bytes', 'avgpkt'),
    ),
  ],
  [SELDOM, line('-m connlabel ', not, '--label ', oneOf(3, 5, 127), oneOf('', ' --set'))],
  [SELDOM, line('-m cluster --cluster-total-nodes ', oneOf('2 --cluster-local-node 1', '3 --cluster-local-nodemask 0x6'), ' --cluster-hash-seed ', oneOf('0x1', '0xdeadbeef'))],
];

/** A name for each line: rules of one name and other settings would share what they remember. */
const remembered: readonly Choice[] = [
  [
    SELDOM,
    oneOf(
      '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name h1',
      '-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-mode dstip --hashlimit-srcmask 16 --hashlimit-name h2',
      '-m hashlimit --hashlimit-upto 2/day --hashlimit-burst 2 --hashlimit-name h3',
    ),
  ],
  [
    SELDOM,
    line('-m recent ', not, oneOf('--set', '--rcheck', '--rcheck --seconds 600', '--update --hitcount 2', '--remove'), ' --name ', oneOf('r1 --rsource', 'r2 --rdest')),
  ],
];

const clock = line('-m time ', oneOf('--datestart 2020-01-01', '--datestop 2020-01-01', '--timestart 00:00:00 --timestop 23:59:59', '--datestart 2020-01-01 --datestop 2020-01-03 --timestart 12:00'));

const PASSING: readonly string[] = ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

const surroundings = ({ family, chain }: Place): readonly Choice[] => [
  ...(family === 'ipv4' && PASSING.includes(chain) ? ([[SELDOM, line('-m realm ', not, '--realm ', oneOf('0x2', '0x5', '0x10003', '0x3/0xffff', '0x50000/0xffff0000', '0x9', 'cosmos'))]] as const) : []),
  ...(['PREROUTING', 'INPUT', 'FORWARD'].includes(chain) ? ([[SELDOM, line('-m devgroup ', not, '--src-group ', oneOf('0x7', '0x3', '0x1/0x1'))]] as const) : []),
  ...(['FORWARD', 'OUTPUT', 'POSTROUTING'].includes(chain) ? ([[SELDOM, line('-m devgroup ', not, '--dst-group ', oneOf('0x7', '0x3', 'default'))]] as const) : []),
  // What leaves may have a socket, and nobody knows in which group that is.
  ...(chain === 'INPUT' || chain === 'POSTROUTING' ? ([[SELDOM, line('-m cgroup ', not, '--path ', '/')]] as const) : []),
];

export const seldomMatches = (place: Place): readonly Choice[] => [
  ...OCTETS[place.family],
  ...connections,
  ...remembered,
  [SELDOM, clock],
  ...surroundings(place),
];

/** Which system sends is asked of SYNs, by fingerprints that the kernel was given: nobody knows which. */
export const seldomOfProtocol = (protocol: ProtocolName, { family, chain }: Place): readonly fc.Arbitrary<string>[] =>
  protocol === 'tcp' && family === 'ipv4' && ['PREROUTING', 'INPUT', 'FORWARD'].includes(chain) ? [line('-m tcp ! --tcp-flags SYN SYN -m osf ', not, '--genre Linux')] : [];
