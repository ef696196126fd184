import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache';
import { checkMessage } from '../../src/message/check.ts';
import { corpora, hasCorpora, packetsOf } from '../support/corpora.ts';
import { crafted, octetsOf } from '../support/manifest.ts';
import { ednsQuery, option, packet, question } from '../support/packets.ts';
import { a, alias, soa } from '../support/world.ts';

/** The packets that mutations start from. Without ../shared there are only our own. */
export const poolNote = hasCorpora ? '' : ' (without ../shared/dns: from our own packets alone)';

/** A mutant costs as much as it has octets, and the largest packets are no better at finding faults. */
const OCTETS_MAX = 2048;

const foreign: readonly Uint8Array[] = [
  ...crafted.map(octetsOf),
  ...corpora.flatMap((file) => [...packetsOf(file)]),
].filter(({ length }) => length > 0 && length <= OCTETS_MAX);

const ownQueries: readonly Uint8Array[] = [
  encodeQuery({ id: 1, name: 'www.example.test', type: 'A' }),
  encodeQuery({ id: 2, name: '.', type: 'NS' }),
  encodeQuery({ id: 3, name: 'a.very.long.name.with.many.labels.example.test', type: 'AAAA', checkingDisabled: true }),
  encodeQuery({ id: 4, name: 'www.example.test', type: 'TXT', edns: { udpPayloadSize: 4096, dnssecOk: true } }),
  ednsQuery('www.example.test', {
    size: 512,
    options: [option(10, [1, 2, 3, 4, 5, 6, 7, 8]), option(8, [0, 1, 24, 0, 10, 0, 0])],
  }),
];

const name = 'www.example.test';
const ownReplies: readonly Uint8Array[] = [
  { answers: [a(name, '192.0.2.1', 60), a(name, '192.0.2.2', 60)] },
  {
    answers: [alias(name, 'x.example.test', 60), a('x.example.test', '192.0.2.1', 30)],
    edns: { udpPayloadSize: 1232 },
  },
  { rcode: 'NXDOMAIN', authorities: [soa('example.test', 60, 60)], edns: { udpPayloadSize: 1232 } },
  { authorities: [soa('example.test', 60, 60)] },
  { rcode: 'SERVFAIL' },
].map((response) => encodeResponse({ id: 1, question: { name, type: 'A' }, ...response }));

/** Everything, queries and replies. */
export const packetPool: readonly Uint8Array[] = [...ownQueries, ...ownReplies, ...foreign];

/** The questions of everything, each as a query of its own. */
export const queryPool: readonly Uint8Array[] = [
  ...ownQueries,
  ...packetPool.flatMap((bytes) => {
    const message = checkMessage(bytes);
    if (message.kind === 'malformed' || message.question === undefined) return [];
    const asked = question(message.question.name, message.question.type, message.question.class);
    return [packet({ flags: (bytes[2] ?? 0) & 1 ? 0x0110 : 0x0100 }, asked)];
  }),
];

const { DNS_FUZZ_PACKETS, DNS_FUZZ_SEED } = process.env;

/** How many packets a run takes; a longer run than CI's is asked for by DNS_FUZZ_PACKETS. */
export const packetCount = (usual: number, share = 1): number =>
  DNS_FUZZ_PACKETS === undefined ? usual : Math.ceil(Number(DNS_FUZZ_PACKETS) * share);

/** The suite sends everybody the same packets, a longer run fresh ones. DNS_FUZZ_SEED repeats a run. */
export const fuzzSeed = (): number => Number(DNS_FUZZ_SEED ?? (DNS_FUZZ_PACKETS === undefined ? 1 : Date.now() % 0x7fffffff));
