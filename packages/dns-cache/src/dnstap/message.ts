import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Endpoint } from '../address.ts';
import { addressOctets } from '../address.ts';
import type { TapEffect } from '../engine/effect.ts';

/*
 * https://dnstap.info, dnstap.proto: the numbers of fields and of what they may hold.
 */
const DNSTAP = { identity: 1, version: 2, extra: 3, message: 14, type: 15 } as const;
const DNSTAP_TYPE_MESSAGE = 1;

const MESSAGE = {
  type: 1, socketFamily: 2, socketProtocol: 3, queryAddress: 4, responseAddress: 5, queryPort: 6, responsePort: 7,
  queryTimeSeconds: 8, queryTimeNanoseconds: 9, queryMessage: 10, responseTimeSeconds: 12, responseTimeNanoseconds: 13, responseMessage: 14,
} as const;

const TYPES: Readonly<Record<TapEffect['type'], number>> = { 'client-query': 5, 'client-response': 6, 'forwarder-query': 7, 'forwarder-response': 8 };
const PROTOCOLS: Readonly<Record<TapEffect['transport'], number>> = { udp: 1, tcp: 2, tls: 3, https: 4 };
const FAMILY_INET = 1;
const FAMILY_INET6 = 2;

const { LengthDelimited: BYTES, Varint: VARINT, Bit32: FIXED32 } = WireType;

const NANOSECONDS_IN_MS = 1e6;

/** Seconds since 1970, and the rest of it in nanoseconds, as exact as the clock is. */
const timeOf = (unixMs: number): { readonly seconds: number; readonly nanoseconds: number } => {
  const seconds = Math.floor(unixMs / 1000);
  return { seconds, nanoseconds: Math.floor((unixMs - seconds * 1000) * NANOSECONDS_IN_MS) };
};

const writeAddress = (writer: BinaryWriter, endpoint: Endpoint | undefined, address: number, port: number): void => {
  const octets = endpoint && addressOctets(endpoint.address);
  if (endpoint === undefined || octets === undefined) return;
  writer.tag(address, BYTES).bytes(Uint8Array.from(octets));
  writer.tag(port, VARINT).uint32(endpoint.port);
};

const writeTime = (writer: BinaryWriter, unixMs: number, seconds: number, nanoseconds: number): void => {
  const time = timeOf(unixMs);
  writer.tag(seconds, VARINT).uint64(time.seconds);
  writer.tag(nanoseconds, FIXED32).fixed32(time.nanoseconds);
};

const isResponse = ({ type }: TapEffect): boolean => type === 'client-response' || type === 'forwarder-response';

const messageOf = (effect: TapEffect, originMs: number): Uint8Array => {
  const { asker, responder, askedAt, answeredAt, message } = effect;
  const writer = new BinaryWriter();
  writer.tag(MESSAGE.type, VARINT).int32(TYPES[effect.type]);
  const octets = addressOctets((asker ?? responder)?.address ?? '');
  if (octets !== undefined) writer.tag(MESSAGE.socketFamily, VARINT).int32(octets.length === 4 ? FAMILY_INET : FAMILY_INET6);
  writer.tag(MESSAGE.socketProtocol, VARINT).int32(PROTOCOLS[effect.transport]);
  writeAddress(writer, asker, MESSAGE.queryAddress, MESSAGE.queryPort);
  writeAddress(writer, responder, MESSAGE.responseAddress, MESSAGE.responsePort);
  writeTime(writer, originMs + askedAt, MESSAGE.queryTimeSeconds, MESSAGE.queryTimeNanoseconds);
  if (message !== undefined && !isResponse(effect)) writer.tag(MESSAGE.queryMessage, BYTES).bytes(message);
  if (answeredAt !== undefined) writeTime(writer, originMs + answeredAt, MESSAGE.responseTimeSeconds, MESSAGE.responseTimeNanoseconds);
  if (message !== undefined && isResponse(effect)) writer.tag(MESSAGE.responseMessage, BYTES).bytes(message);
  return writer.finish();
};

/**
 * A message as dnstap has it.
 * @param originMs when the clock of the effect began, in milliseconds since 1970
 */
export const encodeTap = (effect: TapEffect, originMs: number): Uint8Array => {
  const { tap, extra } = effect;
  const writer = new BinaryWriter();
  writer.tag(DNSTAP.identity, BYTES).string(tap.identity);
  writer.tag(DNSTAP.version, BYTES).string(tap.version);
  if (extra !== '') writer.tag(DNSTAP.extra, BYTES).string(extra);
  writer.tag(DNSTAP.message, BYTES).bytes(messageOf(effect, originMs));
  writer.tag(DNSTAP.type, VARINT).int32(DNSTAP_TYPE_MESSAGE);
  return writer.finish();
};
