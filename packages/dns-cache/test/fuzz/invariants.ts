import { checkMessage } from '../../src/message/check.ts';

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const HEADER_OCTETS = 12;
const QR = 0x8000;
const SIZE_MIN = 512;
const SIZE_OURS = 1232;

const opcodeOf = (bytes: Uint8Array): number => (u16(bytes, 2) >>> 11) & 15;

/** May the server say nothing to this? */
export const mayBeDropped = (query: Uint8Array): boolean => query.length < HEADER_OCTETS || (u16(query, 2) & QR) !== 0;

/** May the server ask an upstream because of this? Only one whole, well-formed question is worth it. */
export const mayBeForwarded = (query: Uint8Array): boolean => {
  if (mayBeDropped(query) || opcodeOf(query) !== 0 || u16(query, 4) !== 1) return false;
  if (u16(query, 6) !== 0 || u16(query, 8) !== 0) return false;
  const message = checkMessage(query);
  return message.kind === 'message' && (message.edns?.version ?? 0) === 0;
};

const limitOf = (query: Uint8Array, transport: 'udp' | 'tcp'): number => {
  if (transport === 'tcp') return 65_535;
  const message = checkMessage(query);
  const size = message.kind === 'message' ? message.edns?.udpPayloadSize : undefined;
  return size === undefined ? SIZE_MIN : Math.min(Math.max(size, SIZE_MIN), SIZE_OURS);
};

/** What is wrong with this answer to this query, in words; nothing if it is as it must be. */
export const faultOf = (query: Uint8Array, answer: Uint8Array, transport: 'udp' | 'tcp'): string | undefined => {
  if (mayBeDropped(query)) return 'an answer to what must not be answered';
  const message = checkMessage(answer);
  if (message.kind === 'malformed') return `malformed answer: ${message.reason}`;
  if (message.end !== answer.length) return 'octets after the answer';
  if (!message.header.response) return 'QR is clear';
  if (message.header.id !== u16(query, 0)) return 'another ID';
  if (message.header.opcode !== opcodeOf(query)) return 'another opcode';
  if (opcodeOf(query) !== 0 && message.header.rcode !== 4) return 'an opcode that is not NOTIMP';
  if (answer.length > limitOf(query, transport)) return `${answer.length} octets are more than the client takes`;
  if (message.question !== undefined) {
    const length = message.questionEnd - HEADER_OCTETS;
    const [asked, echoed] = [query, answer].map((bytes) => bytes.subarray(HEADER_OCTETS, HEADER_OCTETS + length));
    if (Buffer.compare(asked ?? query, echoed ?? answer) !== 0) return 'another question';
  }
  return undefined;
};

/** Is this the reply to what was asked, as far as a stranger can tell? Nothing else may be kept. */
export const mayBeKept = (asked: Uint8Array, reply: Uint8Array): boolean => {
  const [question, message] = [checkMessage(asked), checkMessage(reply)];
  if (question.kind === 'malformed' || message.kind === 'malformed') return false;
  const length = question.questionEnd - HEADER_OCTETS;
  return (
    message.header.response &&
    message.header.opcode === 0 &&
    message.header.id === question.header.id &&
    !message.header.truncated &&
    message.questionEnd === question.questionEnd &&
    Buffer.compare(
      reply.subarray(HEADER_OCTETS, HEADER_OCTETS + length),
      asked.subarray(HEADER_OCTETS, HEADER_OCTETS + length),
    ) === 0
  );
};
