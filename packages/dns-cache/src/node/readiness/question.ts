import type { Endpoint } from '../../address.ts';
import { checkMessage } from '../../message/check.ts';
import { readExtendedErrors } from '../../message/extended-error.ts';
import { writeAsk } from '../../message/ask.ts';
import { ROOT } from '../../message/name.ts';
import { CLASS, TYPE } from '../../message/numbers.ts';
import { OPT_OCTETS } from '../../message/opt.ts';
import { WAY_VERSION, wayText } from '../../message/way.ts';

/** Of the version in an OPT record without options, from its beginning. */
const VERSION_AT = 6;

/** What is asked to see whether somebody answers, and who: no upstream, no plugin and no metric hears of it. */
export const readinessQuestion = (id: number): Uint8Array => {
  const message = writeAsk({
    id,
    question: { name: ROOT, type: TYPE.NS, class: CLASS.IN },
    recursionDesired: false,
    checkingDisabled: false,
    authenticated: false,
    edns: { dnssecOk: false, options: [] },
  });
  message[message.length - OPT_OCTETS + VERSION_AT] = WAY_VERSION;
  return message;
};

/** `ours`: a server of this agent took the question as it was sent; `foreign`: another program answered, or a translated question. */
export const judgeAnswer = (answer: Uint8Array, id: number, client: Endpoint, local: Endpoint): 'ours' | 'foreign' | 'no-answer' => {
  const read = checkMessage(answer);
  if (read.kind === 'malformed' || !read.header.response || read.header.id !== id) return 'no-answer';
  const way = wayText(client, local);
  return readExtendedErrors(read.edns?.options ?? []).some((told) => told.text === way) ? 'ours' : 'foreign';
};
