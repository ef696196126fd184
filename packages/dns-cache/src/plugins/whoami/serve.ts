import type { WireRecord } from '../../message/build.ts';
import { prependLabel, ROOT } from '../../message/name.ts';
import { TYPE } from '../../message/numbers.ts';
import { concatenate, fromU16 } from '../../message/octets.ts';
import type { Handler, Request } from '../../plugin/handler.ts';
import { addressRecord, ownReply } from '../../plugin/own-reply.ts';

const PRIORITY = 0;
const WEIGHT = 0;


/** The client's port, at a name that says over what it asked; none where the name is too long for one. */
const serviceRecords = ({ query, transport, client }: Request): readonly WireRecord[] => {
  const name = prependLabel(`_${transport}`, query.question.name);
  if (name === undefined) return [];
  const rdata = concatenate([fromU16(PRIORITY, WEIGHT, client.port), ROOT]);
  return [{ section: 'additional', name, type: TYPE.SRV, class: query.question.class, ttl: 0, rdata }];
};

/** Answers every query with the client's own address, port and transport (CoreDNS plugin/whoami/whoami.go). */
export const serve =
  (): Handler =>
  (request, answer) => {
    const { name, class: klass } = request.query.question;
    const address = addressRecord(name, request.client.address, 0, { section: 'additional', class: klass });
    answer(ownReply('whoami', request, { authoritative: true, records: [address, ...serviceRecords(request)] }));
  };
