import { addressOctets } from '../../address.ts';
import { classify } from '../../engine/classify.ts';
import { replyRecords } from '../../message/compose.ts';
import { recheck } from '../../message/kept.ts';
import { CLASS, RCODE, TYPE } from '../../message/numbers.ts';
import { optOctets } from '../../message/opt.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import type { Dns64Value } from './setup.ts';
import { synthesise } from './synthesis.ts';

const concerns = ({ query, client }: Request, { allowIpv4 }: Dns64Value): boolean =>
  query.question.type === TYPE.AAAA &&
  query.question.class === CLASS.IN &&
  (allowIpv4 || addressOctets(client.address)?.length === 16);

/** A name that does not exist has no A records either (RFC 6147 §5.1.2). */
const lacksAaaa = (outcome: Extract<Outcome, { kind: 'reply' }>, { translateAll }: Dns64Value): boolean =>
  outcome.class !== 'NameError' &&
  (translateAll || !replyRecords(outcome.reply).some(({ section, type }) => section === 'answer' && type === TYPE.AAAA));

const NO_RESPONSE: Outcome = { kind: 'failure', rcode: RCODE.SERVFAIL, error: 'dns64: upstream returned no response' };

/** Makes IPv6 addresses of IPv4 addresses for clients that have nothing else (CoreDNS plugin/dns64/dns64.go). */
export const serve =
  (value: Dns64Value, { runtime, resolve }: Site, next: Handler): Handler =>
  (request, answer) => {
    if (!concerns(request, value)) {
      next(request, answer);
      return;
    }
    const { query } = request;
    next(request, (first) => {
      if (first.kind !== 'reply' || !lacksAaaa(first, value)) {
        answer(first);
        return;
      }
      const asked = { ...query, question: { ...query.question, type: TYPE.A } };
      resolve({ ...request, query: asked }, (inside) => {
        // What `rewrite` made of the question for an address is not what the client has asked.
        const second = { ...inside, asked: first.asked ?? query };
        if (second.kind !== 'reply') {
          // Nobody has dropped the client's own question.
          answer(second.kind === 'silence' ? NO_RESPONSE : second);
          return;
        }
        const { server } = request.place;
        runtime.emit({ kind: 'metric', metric: 'coredns_dns64_requests_translated_total', labels: [server], value: 1 });
        const reply = synthesise(value.prefix, query.question, first.reply, second.reply);
        const replyClass = classify(recheck(reply.message), reply.message.rcode);
        // In CoreDNS a question that is asked inside gets its OPT back, and `dns64` takes over what stands beside the addresses.
        const opt = query.edns === undefined ? 0 : optOctets({ options: [] });
        answer({ ...second, reply: { ...reply, optOctets: opt }, class: replyClass, plugin: 'dns64' });
      });
    });
  };
