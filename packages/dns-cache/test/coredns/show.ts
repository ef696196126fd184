import type { Section } from '../../src/message/check.ts';
import { checkMessage } from '../../src/message/check.ts';
import type { Header } from '../../src/message/header.ts';
import { toWireRecord } from '../../src/message/kept.ts';
import { nameText } from '../../src/message/name.ts';
import { className, rcodeName, TYPE, typeName } from '../../src/message/numbers.ts';
import { toHex } from '../../src/message/octets.ts';
import { recordText } from '../../src/message/presentation/record.ts';
import type { ShownAnswer } from './conversation.ts';

const OPCODES: Readonly<Record<number, string>> = { 0: 'QUERY', 1: 'IQUERY', 2: 'STATUS', 4: 'NOTIFY', 5: 'UPDATE' };

const flagsText = (header: Header): string =>
  ([['qr', header.response], ['aa', header.authoritative], ['tc', header.truncated], ['rd', header.recursionDesired], ['ra', header.recursionAvailable], ['ad', header.authenticated], ['cd', header.checkingDisabled]] as const)
    .flatMap(([name, isSet]) => (isSet ? [name] : []))
    .join(' ');

const BADVERS = 16;

/** A message as the recordings have it. */
export const show = (bytes: Uint8Array): ShownAnswer => {
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') return `unreadable: ${message.reason}`;
  const { header, question, edns } = message;
  const recordsOf = (section: Section): readonly string[] =>
    message.records.filter((record) => record.section === section && record.type !== TYPE.OPT).map((record) => recordText(toWireRecord(bytes, record)));
  const rcode = header.rcode + (edns === undefined ? 0 : edns.extendedRcode << 4);
  return {
    rcode: rcode === BADVERS ? 'BADVERS' : rcodeName(rcode),
    flags: flagsText(header),
    opcode: OPCODES[header.opcode] ?? String(header.opcode),
    question: question === undefined ? [] : [`${nameText(question.name)} ${className(question.class)} ${typeName(question.type)}`],
    answer: recordsOf('answer'),
    authority: recordsOf('authority'),
    additional: recordsOf('additional'),
    edns: edns === undefined ? null : { version: edns.version, size: edns.udpPayloadSize, do: edns.dnssecOk, options: edns.options.map(({ code, data }) => `${code}:${toHex(data)}`) },
    bytes: bytes.length,
  };
};
