/* Tests of nftables for a SYN of 44 octets from the host to itself. */

/** Each with every number that it can give. */
const HASHES: readonly string[] = (
  [
    ['ip saddr', 3, '0x1'],
    ['ip saddr . ip daddr', 4, '0xdeadbeef'],
    ['tcp dport', 5, '0x7'],
    ['ip protocol', 3, '0x2'],
    ['ip saddr . tcp sport . meta mark . ip daddr . tcp dport', 4, '0xcafe'],
  ] as const
).flatMap(([of, modulus, hashSeed]) => Array.from({ length: modulus }, (_, at) => `jhash ${of} mod ${modulus} seed ${hashSeed} offset 10 ${10 + at}`));

export const STATEMENTS: readonly string[] = [
  ...HASHES,
  'ct original packets 1',
  'ct bytes > 43',
  'ct bytes 44',
  'ct avgpkt 44',
  'ct reply packets 0',
  'ct reply avgpkt > 0',
  'oifgroup default',
  'oifgroup != default',
  'tcp option maxseg size 1460',
  'tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu',
  'tcp option maxseg size 1360',
  'tcp option maxseg size 1460',
  'tcp option maxseg exists',
  'tcp option maxseg length 4',
  'tcp option window missing',
  'tcp option window count 7',
  'tcp doff 6',
  'ip frag-off & 0x1fff == 0',
  'ip frag-off & 0x2000 != 0',
  'ip hdrlength 5',
  'quota over 10 bytes',
  'quota 10 bytes',
  'tcp option maxseg size set 2000 tcp option maxseg size 2000',
  'tcp option maxseg size set 900 tcp option maxseg size 900',
];
