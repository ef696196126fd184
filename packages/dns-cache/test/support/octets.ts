import { buildMessage } from '../../src/message/build.ts';
import { checkMessage } from '../../src/message/check.ts';
import { readNameText, ROOT } from '../../src/message/name.ts';
import { typeNumber } from '../../src/message/numbers.ts';
import type { EdnsOption } from '../../src/message/opt.ts';

/** The EDNS options of a message, which values do not show. */
export const optionsOf = (bytes: Uint8Array | undefined): readonly EdnsOption[] => {
  const message = checkMessage(bytes ?? new Uint8Array());
  if (message.kind === 'malformed') throw new Error(`malformed: ${message.reason}`);
  return message.edns?.options ?? [];
};

/** A query with EDNS options. */
export const queryWithOptions = (name: string, type: string, options: readonly EdnsOption[]): Uint8Array =>
  buildMessage({
    id: 4711,
    flags: { recursionDesired: true },
    question: { name: readNameText(name) ?? ROOT, type: typeNumber(type) ?? 0, class: 1 },
    records: [],
    edns: { udpPayloadSize: 1232, dnssecOk: false, options },
  });
