import type { WireRecord } from '../../message/build.ts';
import type { Section } from '../../message/check.ts';
import type { WireName } from '../../message/name.ts';
import { foldedText, foldText, isWithin } from '../../message/name.ts';
import { CLASS, RCODE, TYPE, typeName } from '../../message/numbers.ts';
import type { RecordData } from '../../message/record-data.ts';
import { encodeRecordData } from '../../message/record-data.ts';
import type { Handler, Outcome, Request } from '../../plugin/handler.ts';
import { addressRecord, ownReply } from '../../plugin/own-reply.ts';
import type { Site } from '../../plugin/site.ts';
import type { LocalValue } from './setup.ts';

/** CoreDNS plugin/local/local.go: a week. */
const TTL_SECONDS = 604_800;

const LOCALHOST = 'localhost.';
const localhost = foldText(LOCALHOST);
const localhostLabel = localhost.slice(0, -1);
const zones = [localhost, ...['0', '127', '255'].map((network) => foldText(`${network}.in-addr.arpa.`))];
const loopback = foldText('1.0.0.127.in-addr.arpa.');

const record = (section: Section, name: WireName, type: number, data: RecordData): WireRecord => {
  const rdata = encodeRecordData(type, data);
  return { section, name, type, class: CLASS.IN, ttl: TTL_SECONDS, rdata };
};

const authority = (section: Section, name: WireName): WireRecord =>
  record(section, name, TYPE.SOA, {
    kind: 'start-of-authority',
    mname: LOCALHOST,
    rname: `root.${LOCALHOST}`,
    serial: 1,
    refresh: 0,
    retry: 0,
    expire: 0,
    minimum: TTL_SECONDS,
  });

const toLocalhost = (name: WireName, type: number): WireRecord =>
  record('answer', name, type, { kind: 'name', name: LOCALHOST });

const loopbackAddresses = (name: WireName, type: number): readonly WireRecord[] => {
  if (type === TYPE.A) return [addressRecord(name, '127.0.0.1', TTL_SECONDS)];
  if (type === TYPE.AAAA) return [addressRecord(name, '::1', TTL_SECONDS)];
  return [];
};

/** What the top of one of the zones has. */
const apexRecords = ({ name: folded, query: { question } }: Request): readonly WireRecord[] => {
  const { name, type } = question;
  if (type === TYPE.SOA) return [authority('answer', name)];
  if (type === TYPE.NS) return [toLocalhost(name, type)];
  return folded === localhost ? loopbackAddresses(name, type) : [];
};

const isPrefixed = (name: string): boolean => name.startsWith(localhostLabel) && name !== localhost;

/** RFC 6761 §6.3: they are the loopback's too. */
const isBelow = (name: string): boolean => isWithin(name, localhost) && name !== localhost;

const answerWithin = (zone: string, request: Request): Outcome => {
  const { name, type } = request.query.question;
  const found =
    request.name === zone
      ? apexRecords(request)
      : request.name === loopback && type === TYPE.PTR
        ? [toLocalhost(name, type)]
        : [];
  if (found.length > 0) return ownReply('local', request, { authoritative: false, records: found });
  // The zone's name in the client's spelling.
  const records = [authority('authority', name.subarray(name.length - zone.length))];
  const exists = request.name === zone || request.name === loopback;
  return ownReply('local', request, { authoritative: false, records, rcode: exists ? RCODE.NOERROR : RCODE.NXDOMAIN });
};

/** Answers what RFC 6303 and RFC 6761 want kept on the host, and `localhost.` before a search domain. */
export const serve =
  ({ localhostPrefix }: LocalValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) => {
    const { name, type, class: klass } = request.query.question;
    const zone = zones.find((candidate) => isWithin(request.name, candidate));
    if (klass === CLASS.IN && (isBelow(request.name) || (localhostPrefix && isPrefixed(request.name)))) {
      const asked = `${JSON.stringify(foldedText(request.name))} ${typeName(type)}, from ${request.client.address}`;
      const line = `[DEBUG] plugin/local: Intercepting localhost query for ${asked}`;
      runtime.emit({ kind: 'log', level: 'debug', line });
      runtime.emit({ kind: 'metric', metric: 'coredns_local_localhost_requests_total', labels: [], value: 1 });
      const found = loopbackAddresses(name, type);
      const records = found.length > 0 ? found : [authority('authority', name)];
      answer(ownReply('local', request, { authoritative: false, records }));
    } else if (zone !== undefined && klass === CLASS.IN) answer(answerWithin(zone, request));
    else next(request, answer);
  };
