import { addressOfReverse } from '../../address.ts';
import { fallsThrough } from '../../directive/fallthrough.ts';
import type { WireRecord } from '../../message/build.ts';
import { foldedText } from '../../message/name.ts';
import { CLASS, RCODE, TYPE } from '../../message/numbers.ts';
import { encodeRecordData } from '../../message/record-data.ts';
import type { Handler, Request } from '../../plugin/handler.ts';
import { addressRecord, ownReply } from '../../plugin/own-reply.ts';
import type { Site } from '../../plugin/site.ts';
import { longestZone } from '../../plugin/zones.ts';
import { isAbsent, reasonOf } from '../../reason.ts';
import type { HostsValue } from './setup.ts';
import type { HostsTable } from './table.ts';
import { countEntries, parseHosts, wildcardOf } from './table.ts';

/** The lines of the file before those of the Corefile. */
type Tables = readonly [file: HostsTable, inline: HostsTable];

type Family = 'ipv4' | 'ipv6';

/** The addresses of a name; those of a wildcard where the name itself has none of either family. */
const addressesOf = (tables: Tables, name: string, family: Family): readonly string[] => {
  const of = (owner: string, which: Family): readonly string[] => tables.flatMap((table) => table[which].get(owner) ?? []);
  const exists = of(name, 'ipv4').length + of(name, 'ipv6').length > 0;
  return of(exists ? name : wildcardOf(name), family);
};

const pointers = ({ query }: Request, names: readonly string[], ttl: number): readonly WireRecord[] =>
  names.map((name) => {
    const rdata = encodeRecordData(TYPE.PTR, { kind: 'name', name: foldedText(name) });
    return { section: 'answer', name: query.question.name, type: TYPE.PTR, class: CLASS.IN, ttl, rdata };
  });

/** Answers from a hosts file, and from lines like its own in the Corefile (CoreDNS plugin/hosts/hosts.go). */
export const serve = (value: HostsValue, site: Site, next: Handler): Handler => {
  const { runtime } = site;
  const { path, zones, ttlSeconds } = value;
  const parse = (text: string): HostsTable => parseHosts(text, zones, value.reverse);
  const inline = parse(value.inline.join('\n'));
  let tables: Tables = [parse(''), inline];

  const report = (): void => {
    const entries = tables.map(countEntries).reduce((sum, count) => sum + count, 0);
    runtime.emit({ kind: 'metric', metric: 'coredns_hosts_entries', labels: [path], value: entries });
    runtime.emit({ kind: 'metric', metric: 'coredns_hosts_reload_timestamp_seconds', labels: [], value: 1 });
  };

  try {
    tables = [parse(site.readFile(path)), inline];
    site.atStart(report);
  } catch (cause) {
    // The file may come later, and the lines of the Corefile serve without it.
    const line = `[WARNING] plugin/hosts: ${isAbsent(cause) ? `File does not exist: ${path}` : `${path}: ${reasonOf(cause)}`}`;
    site.atStart(() => runtime.emit({ kind: 'log', level: 'warning', line }));
  }
  if (value.reloadMs > 0) {
    site.watchFile(path, (text) => {
      tables = [parse(text), inline];
      report();
    });
  }

  const recordsFor = (request: Request): readonly WireRecord[] => {
    const { name, type } = request.query.question;
    if (type !== TYPE.A && type !== TYPE.AAAA) return [];
    const addresses = addressesOf(tables, request.name, type === TYPE.A ? 'ipv4' : 'ipv6');
    return addresses.map((address) => addressRecord(name, address, ttlSeconds));
  };

  return (request, answer) => {
    const { type, class: klass } = request.query.question;
    const pointed = type === TYPE.PTR ? addressOfReverse(foldedText(request.name)) : undefined;
    const names = pointed === undefined ? [] : tables.flatMap((table) => table.names.get(pointed) ?? []);
    // A zone need not be said to have reverse names, and without one this is not ours.
    const concerned = type === TYPE.PTR ? names.length > 0 : longestZone(zones, request.name) !== undefined;
    if (klass !== CLASS.IN || !concerned) {
      next(request, answer);
      return;
    }
    const records = type === TYPE.PTR ? pointers(request, names, ttlSeconds) : recordsFor(request);
    const exists = (['ipv4', 'ipv6'] as const).some((family) => addressesOf(tables, request.name, family).length > 0);
    const supported = type === TYPE.A || type === TYPE.AAAA || type === TYPE.PTR;
    const unanswered = records.length === 0 && (!exists || (!supported && value.unsupportedFallsThrough));
    if (unanswered && fallsThrough(value.fallthrough, request.name)) next(request, answer);
    // A denial wants an SOA, which a hosts file does not have (CoreDNS: SERVFAIL, and no line in the log of errors).
    else if (records.length === 0 && !exists) answer({ kind: 'failure', rcode: RCODE.SERVFAIL, error: '' });
    else answer(ownReply('hosts', request, { authoritative: true, records }));
  };
};
