import { expect } from 'vitest';
import { ednsQuery, nameOf, option, packet, question, resource } from '../../support/packets.ts';
import { read, soa } from '../../support/world.ts';
import type { Transport } from '../lab.ts';
import type { Row } from '../row.ts';
import { optOf } from './opt.ts';

const ZONE = 'rfc8906.test';
const SOA = 6;
const TYPE_UNKNOWN = 1000;

/** The upstream is a signed zone's: its SOA, signatures for DO, and nothing of an unknown type. */
const signature = {
  name: ZONE,
  type: 'RRSIG',
  ttlSeconds: 300,
  data: { kind: 'opaque', octets: new Uint8Array(30) },
} as const;

interface Probe {
  readonly id: string;
  readonly what: string;
  readonly message: Uint8Array;
  readonly transport?: Transport;
  readonly expected: string;
  readonly matches: Readonly<Record<string, unknown>>;
}

const plain = (flags: number, type: number = SOA): Uint8Array => packet({ flags }, question(nameOf(ZONE), type));
const edns = (given: Parameters<typeof ednsQuery>[1], type: number = SOA): Uint8Array => ednsQuery(ZONE, given, type);
const UNKNOWN = option(100, []);
const KNOWN = [option(3), option(8, [0, 1, 0, 0]), option(9), option(10, [1, 2, 3, 4, 5, 6, 7, 8])];

const SOA_ANSWER = { rcode: 'NOERROR', answers: [{ type: 'SOA' }], recursionDesired: true, reserved: false };
const WITHOUT_OPT = { ...SOA_ANSWER, edns: undefined };
const WITH_OPT = { ...SOA_ANSWER, edns: { version: 0 } };
const BADVERS = { rcode: 'BADVERS', answers: [], edns: { version: 0 } };

/** RFC 8906 §8, as ISC's and hickory's tests put it to a recursive server (RD=1). */
const PROBES: readonly Probe[] = [
  { id: '8906-8.1.1', what: 'SOA', message: plain(0x0100), expected: 'the SOA, no OPT', matches: WITHOUT_OPT },
  {
    id: '8906-8.1.2',
    what: 'TYPE1000',
    message: plain(0x0100, TYPE_UNKNOWN),
    expected: 'NOERROR, nothing',
    matches: { rcode: 'NOERROR', answers: [], edns: undefined },
  },
  {
    id: '8906-8.1.3.1',
    what: 'CD',
    message: plain(0x0110),
    expected: 'the SOA',
    matches: { ...WITHOUT_OPT, checkingDisabled: true },
  },
  { id: '8906-8.1.3.2', what: 'AD', message: plain(0x0120), expected: 'the SOA', matches: WITHOUT_OPT },
  { id: '8906-8.1.3.3', what: 'Z', message: plain(0x0140), expected: 'the SOA, Z clear', matches: WITHOUT_OPT },
  { id: '8906-8.1.3.4', what: 'RD', message: plain(0x0100), expected: 'the SOA, RD copied', matches: WITHOUT_OPT },
  {
    id: '8906-8.1.4',
    what: 'opcode 15, header only',
    message: packet({ flags: 15 << 11, counts: [0, 0, 0, 0] }),
    expected: 'NOTIMP, nothing',
    matches: {
      rcode: 'NOTIMP',
      opcode: 15,
      question: undefined,
      answers: [],
      authorities: [],
      additionals: [],
      edns: undefined,
    },
  },
  {
    id: '8906-8.1.5',
    what: 'SOA over TCP',
    message: plain(0x0100),
    transport: 'tcp',
    expected: 'the SOA',
    matches: WITHOUT_OPT,
  },
  { id: '8906-8.2.1', what: 'EDNS 0', message: edns({}), expected: 'the SOA, OPT of version 0', matches: WITH_OPT },
  {
    id: '8906-8.2.2',
    what: 'EDNS 1',
    message: edns({ version: 1 }),
    expected: 'BADVERS, OPT of version 0',
    matches: BADVERS,
  },
  {
    id: '8906-8.2.3',
    what: 'EDNS with option 100',
    message: edns({ options: [UNKNOWN] }),
    expected: 'the SOA, the option not echoed',
    matches: WITH_OPT,
  },
  {
    id: '8906-8.2.4',
    what: 'EDNS with the flag 0x40',
    message: edns({ flags: 0x40 }),
    expected: 'the SOA, flags clear',
    matches: WITH_OPT,
  },
  {
    id: '8906-8.2.5',
    what: 'EDNS 1 with the flag 0x40',
    message: edns({ version: 1, flags: 0x40 }),
    expected: 'BADVERS, flags clear',
    matches: BADVERS,
  },
  {
    id: '8906-8.2.6',
    what: 'EDNS 1 with option 100',
    message: edns({ version: 1, options: [UNKNOWN] }),
    expected: 'BADVERS',
    matches: BADVERS,
  },
  {
    id: '8906-8.2.7',
    what: 'DNSKEY with DO, 512 octets',
    message: edns({ size: 512, flags: 0x8000 }, 48),
    expected: 'NOERROR with DO, TC or not larger',
    matches: { rcode: 'NOERROR', truncated: true, edns: { dnssecOk: true } },
  },
  {
    id: '8906-8.2.8',
    what: 'DO',
    message: edns({ flags: 0x8000 }),
    expected: 'the SOA with its signature, DO copied',
    matches: { rcode: 'NOERROR', answers: [{ type: 'SOA' }, { type: 'RRSIG' }], edns: { dnssecOk: true } },
  },
  {
    id: '8906-8.2.9',
    what: 'EDNS 1 with DO',
    message: edns({ version: 1, flags: 0x8000 }),
    expected: 'BADVERS',
    matches: BADVERS,
  },
  {
    id: '8906-8.2.10',
    what: 'NSID, client subnet, EXPIRE and COOKIE',
    message: edns({ options: KNOWN }),
    expected: 'the SOA',
    matches: WITH_OPT,
  },
];

/** AA is D1's: on a hit it is clear. RA is the upstream's. */
export const complianceRows: readonly Row[] = PROBES.map(({ id, what, message, transport, expected, matches }) => ({
  id,
  severity: 'MUST',
  source: `RFC 8906 §${id.slice(5)}`,
  sent: what,
  expected,
  async check(lab) {
    lab.upstream.script(
      {
        name: `${ZONE}.`,
        type: 'TYPE1000',
        react: [{ kind: 'reply', response: { authorities: [soa(ZONE, 300, 300)] } }],
      },
      {
        name: `${ZONE}.`,
        type: 'DNSKEY',
        react: [{ kind: 'reply', raw: { answer: [resource({ type: 48, rdata: new Uint8Array(900) })] } }],
      },
      {
        name: `${ZONE}.`,
        type: 'SOA',
        dnssecOk: true,
        react: [{ kind: 'reply', response: { answers: [soa(ZONE, 300, 300), signature] } }],
      },
      { name: `${ZONE}.`, type: 'SOA', react: [{ kind: 'reply', response: { answers: [soa(ZONE, 300, 300)] } }] },
    );
    const bytes = await lab.send(message, transport);
    expect(read(bytes)).toMatchObject(matches);
    const opt = optOf(bytes);
    expect(opt?.options ?? []).toEqual([]);
    // The flags of OPT but for DO: the third octet from the end of its TTL, before an RDLENGTH of two octets.
    if (opt !== undefined) expect([(bytes.at(-4) ?? 0) & 0x7f, bytes.at(-3)]).toEqual([0, 0]);
  },
}));
