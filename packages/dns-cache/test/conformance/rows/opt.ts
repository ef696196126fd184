import { checkMessage } from '../../../src/message/check.ts';
import type { Edns } from '../../../src/message/opt.ts';

/** The OPT of a message with its options. */
export const optOf = (bytes: Uint8Array): Edns | undefined => {
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') throw new Error(`malformed: ${message.reason}`);
  return message.edns;
};
