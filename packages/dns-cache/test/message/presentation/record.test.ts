import { assert, constantFrom, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/message/octets.ts';
import { readRecordText, recordText } from '../../../src/message/presentation/record.ts';

/** The record in one line: owner, TTL, class and type by number, RDATA. */
const wire = (text: string): string => {
  const record = readRecordText(text);
  if ('kind' in record) return record.reason;
  return [toHex(record.name), record.ttl, record.class, record.type, toHex(record.rdata)].join(' ');
};

const rdata = (text: string): string => wire(`. ${text}`).split(' ').at(-1) ?? '';

const again = (text: string): string => {
  const record = readRecordText(text);
  return 'kind' in record ? record.reason : recordText(record);
};

describe('owner, TTL, class and type', () => {
  it.each([
    ['a. A 192.0.2.1', '016100 3600 1 1 c0000201'],
    ['a A 192.0.2.1', '016100 3600 1 1 c0000201'],
    ['a. 60 A 192.0.2.1', '016100 60 1 1 c0000201'],
    ['a. IN A 192.0.2.1', '016100 3600 1 1 c0000201'],
    ['a. 60 in a 192.0.2.1', '016100 60 1 1 c0000201'],
    ['a. CH 60 A 192.0.2.1', '016100 60 3 1 c0000201'],
    ['a. CLASS7 TYPE1 192.0.2.1', '016100 3600 7 1 c0000201'],
    ['@ 1h30m A 192.0.2.1', '00 5400 1 1 c0000201'],
    ['\\097.b\\.c. 1w2d3h4m5s A 192.0.2.1', '016103622e6300 788645 1 1 c0000201'],
    ['a. 0 A 192.0.2.1 ; and a comment (', '016100 0 1 1 c0000201'],
    ['\n\n a. 60 IN SOA b. c. ( 1 ; serial\n 2 3\n 4 5 )\nd. A 192.0.2.1', `016100 60 1 6 016200016300${[1, 2, 3, 4, 5].map((n) => `0000000${n}`).join('')}`],
  ])('%j', (text, expected) => {
    expect(wire(text)).toBe(expected);
  });

  it.each([
    ['', 'no record in the text'],
    ['; nothing', 'no record in the text'],
    ['test.example.', 'not a TTL: "test.example."'],
    ['a. 60 IN', 'not a TTL: "IN"'],
    ['a. sixty A 192.0.2.1', 'not a TTL: "sixty"'],
    ['a. 4294967296 A 192.0.2.1', 'not a TTL: "4294967296"'],
    ['a..b. A 192.0.2.1', 'bad owner name: "a..b."'],
    ['a. A', 'bad A: ipv4 missing at the end'],
    ['a. A 192.0.2', 'bad A: bad ipv4: "192.0.2"'],
    ['a. A 2001:db8::1', 'bad A: bad ipv4: "2001:db8::1"'],
    ['a. A 192.0.2.1 192.0.2.2', 'garbage after rdata: "192.0.2.2"'],
    ['a. AAAA 192.0.2.1', 'bad AAAA: bad ipv6: "192.0.2.1"'],
    ['a. MX 65536 b.', 'bad MX: bad u16: "65536"'],
    ['a. CNAME b..c', 'bad CNAME: bad name: "b..c"'],
    ['a. TXT "b', 'a quote does not end'],
    ['a. TXT \\256', 'bad TXT: bad text: "\\256"'],
    ['a. SOA b. c. (1 2 3 4 5', "a '(' without a ')'"],
    ['a. SOA b. c. 1 2 3 4 5)', "a ')' without a '('"],
    ['a. DS 1 8 2 ABC', 'bad DS: bad hex: "ABC"'],
    ['a. DNSKEY 256 3 8 A', 'bad DNSKEY: bad base64: "A"'],
    ['a. LOC 1 2 3', 'LOC is written as \\# LENGTH HEX'],
    ['a. A \\# 3 c00002', 'these octets are no A: rdata-length'],
    ['a. A \\# 4 c00002', 'bad \\# LENGTH HEX: the hexadecimal digits are not so many octets'],
    ['a. HTTPS 1 . port=65536', 'bad HTTPS: bad service parameter: "port=65536"'],
    ['a. HTTPS 1 . port=1 port=2', 'bad HTTPS: bad service parameter: "port=2"'],
    ['a. HTTPS 1 . nokey=1', 'bad HTTPS: bad service parameter: "nokey=1"'],
  ])('%j is none', (text, expected) => {
    expect(wire(text)).toBe(expected);
  });
});

describe('what a record says', () => {
  it.each([
    ['A 192.0.2.1', 'c0000201'],
    ['AAAA ::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['NS a.', '016100'],
    ['DNAME A.', '014100'],
    ['PTR a', '016100'],
    ['MX 10 a.', '000a016100'],
    ['TXT a "b c" ""', '01610362206300'],
    ['TXT "a\\"\\\\\\010;("', '0661225c0a3b28'],
    [`TXT ${'a'.repeat(256)}`, `ff${'61'.repeat(255)}0161`],
    ['SPF é', '02c3a9'],
    ['SRV 1 2 3 a.', '000100020003016100'],
    ['CAA 128 issue "ca.test; x=y"', '8005697373756563612e746573743b20783d79'],
    ['HINFO PC "OS 1"', '025043044f532031'],
    ['NAPTR 100 50 "s" "z3950" "" a.', '006400320173057a3339353000016100'],
    ['SSHFP 1 2 0a0b 0c', '01020a0b0c'],
    ['TLSA 3 1 1 0A0B', '0301010a0b'],
    // RFC 4034 §5.4 has this DS, §2.3 this kind of key.
    ['DS 60485 5 1 ( 2BB183AF5F22588179A53B0A 98631FAD1A292118 )', 'ec4505012bb183af5f22588179a53b0a98631fad1a292118'],
    ['DS 60485 RSASHA1 1 2BB1', 'ec4505012bb1'],
    ['DNSKEY 256 3 5 AQPS mVk=', '010003050103d29959'],
    // RFC 9460 appendix D.2.
    ['SVCB 16 foo.example.com. port=53', '001003666f6f076578616d706c6503636f6d00000300020035'],
    ['SVCB 1 foo.example.com. key667="hello\\210qoo"', '000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f'],
    ['SVCB 1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"', '000103666f6f076578616d706c6503636f6d000006002020010db800000000000000000000000120010db8000000000000000000530001'],
    ['SVCB 16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1', '001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201'],
    ['HTTPS 0 a.', '0000016100'],
    ['HTTPS 1 . no-default-alpn ech=AQI=', '00010000020000000500020102'],
    ['TYPE65280 \\# 3 0a0b 0c', '0a0b0c'],
    ['A \\# 4 c0000201', 'c0000201'],
    ['TYPE65280 \\# 0', ''],
  ])('%s', (text, expected) => {
    expect(rdata(text)).toBe(expected);
  });
});

describe('written again', () => {
  it.each([
    'a. 60 IN A 192.0.2.1',
    'a. 60 IN AAAA 2001:db8::1',
    'a. 60 CH TXT "a" "b\\"c\\010"',
    'a\\.b. 60 IN SOA b. c. 1 2 3 4 5',
    'a. 60 IN CAA 0 "issue" "ca.test"',
    'a. 60 IN NAPTR 1 2 "s" "z" "" b.',
    'a. 60 IN DS 60485 5 1 2BB183AF',
    'a. 60 IN DNSKEY 256 3 5 AQPSmVk=',
    'a. 60 IN HTTPS 1 . mandatory=alpn,port alpn="h2,h3" no-default-alpn port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AQI= ipv6hint=2001:db8::1 key667="x"',
    'a. 60 IN TYPE65280 \\# 2 0a0b',
    'a. 60 IN TXT \\# 0',
    'a. 60 IN LOC \\# 1 00',
  ])('%s', (text) => {
    expect(again(text)).toBe(text);
  });

  it('whatever the octets', () => {
    const types = [1, 2, 6, 13, 15, 16, 28, 33, 35, 43, 44, 48, 52, 64, 65, 99, 257, 65280];
    assert(
      property(constantFrom(...types), uint8Array({ minLength: 1, maxLength: 40 }), (type, octets) => {
        // What the door would not let in is no record.
        const record = readRecordText(`a. TYPE${type} \\# ${octets.length} ${toHex(octets)}`);
        if ('kind' in record) return;
        const text = recordText(record);
        const read = readRecordText(text);
        expect('kind' in read ? `${text}: ${read.reason}` : toHex(read.rdata)).toBe(toHex(octets));
      }),
      { numRuns: 2000 },
    );
  });
});
