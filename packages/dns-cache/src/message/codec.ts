import * as dnsPacket from 'dns-packet';

/*
 * The only importer of dns-packet, and the only file of the pure part that needs Buffer, as dns-packet does.
 * It is given one record at a time: checked, expanded, and with the root in place of every name, because dns-packet
 * reads labels as UTF-8 text and would merge names that the wire tells apart. Names are `name.ts`'s business.
 */

/** The fields of the record types that we can show and write. Names are left out. */
export type Fields =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'TXT'; readonly strings: readonly Uint8Array[] }
  | { readonly type: 'MX'; readonly preference: number }
  | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number }
  | {
      readonly type: 'SOA';
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    };

const HEADER_OCTETS = 12;

/** Owner (the root), type, class, TTL and RDLENGTH, as dns-packet writes them before RDATA. */
const RECORD_HEAD_OCTETS = 11;

const TYPE_NUMBERS = { A: 1, TXT: 16, MX: 15, SRV: 33, SOA: 6, AAAA: 28 } as const;

const toRecord = (fields: Fields): dnsPacket.Answer => {
  const head = { name: '.', class: 'IN', ttl: 0 } as const;
  switch (fields.type) {
    case 'A':
    case 'AAAA':
      return { ...head, type: fields.type, data: fields.address };
    case 'TXT':
      return { ...head, type: 'TXT', data: fields.strings.map((octets) => Buffer.from(octets)) };
    case 'MX':
      return { ...head, type: 'MX', data: { preference: fields.preference, exchange: '.' } };
    case 'SRV': {
      const { priority, weight, port } = fields;
      return { ...head, type: 'SRV', data: { priority, weight, port, target: '.' } };
    }
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = fields;
      return { ...head, type: 'SOA', data: { mname: '.', rname: '.', serial, refresh, retry, expire, minimum } };
    }
  }
};

/** RDATA of the fields, with the root where a name belongs. */
export const encodeFields = (fields: Fields): Uint8Array => {
  const packet = dnsPacket.encode({ type: 'response', answers: [toRecord(fields)] });
  return Uint8Array.from(packet.subarray(HEADER_OCTETS + RECORD_HEAD_OCTETS));
};

const fromRecord = (record: dnsPacket.Answer | undefined): Fields => {
  if (record?.type === 'A' || record?.type === 'AAAA') return { type: record.type, address: record.data };
  if (record?.type === 'TXT') {
    const strings = Array.isArray(record.data) ? record.data : [record.data];
    return { type: 'TXT', strings: strings.map((octets) => Uint8Array.from(Buffer.from(octets))) };
  }
  if (record?.type === 'MX') return { type: 'MX', preference: record.data.preference ?? 0 };
  if (record?.type === 'SRV') {
    const { priority = 0, weight = 0, port } = record.data;
    return { type: 'SRV', priority, weight, port };
  }
  if (record?.type === 'SOA') {
    const { serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = record.data;
    return { type: 'SOA', serial, refresh, retry, expire, minimum };
  }
  throw new RangeError('dns-packet gave another record than it was given');
};

/** The fields of RDATA that has the root in place of names. */
export const decodeFields = (type: Fields['type'], rdata: Uint8Array): Fields => {
  const packet = Buffer.alloc(HEADER_OCTETS + RECORD_HEAD_OCTETS + rdata.length);
  packet.writeUInt16BE(0x8000, 2);
  packet.writeUInt16BE(1, 6);
  packet.writeUInt16BE(TYPE_NUMBERS[type], HEADER_OCTETS + 1);
  packet.writeUInt16BE(1, HEADER_OCTETS + 3);
  packet.writeUInt16BE(rdata.length, HEADER_OCTETS + 9);
  packet.set(rdata, HEADER_OCTETS + RECORD_HEAD_OCTETS);
  return fromRecord(dnsPacket.decode(packet).answers?.[0]);
};
