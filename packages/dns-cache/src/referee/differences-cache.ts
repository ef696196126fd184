import type { Difference } from './difference.ts';

/** What is kept, for how long, and whom it serves. */
export const CACHE_DIFFERENCES: readonly Difference[] = [
  {
    id: 'negative-ttl',
    coredns: "tells and keeps a denial for the SOA's TTL",
    ours: "for the lesser of the SOA's TTL and MINIMUM",
    why: 'RFC 2308 §3, §5; asked for',
    noticedBy: ['client', 'upstream'],
    asCoreDns: '`negative_ttl record` of `cache`',
  },
  {
    id: 'ttl-per-record',
    coredns: 'tells the least TTL of all records in each',
    ours: 'tells each its own, within floor and cap',
    why: 'asked for; the TTLs of one record set are the same (RFC 2181 §5.2), others are not',
    noticedBy: ['client'],
  },
  {
    id: 'soa-other-zone',
    coredns: 'keeps a denial whatever zone its SOA is of',
    ours: 'keeps it where the name is in that zone',
    why: 'RFC 2308 §2.1, §5; a SOA of elsewhere may be a forger’s',
    noticedBy: ['upstream', 'dashboard'],
  },
  {
    id: 'empty-noerror',
    coredns: 'keeps NOERROR without answer and SOA for the floor, `whoami` of another client too',
    ours: 'does not keep it',
    why: 'nothing says for how long it holds (RFC 2308 §5)',
    noticedBy: ['client', 'upstream', 'dashboard'],
  },
  {
    id: 'failure-cached-local',
    coredns: 'keeps a failure that comes with an error for `servfail`’s time, though no upstream had part in it',
    ours: 'keeps what upstreams had part in; each other failure has its line of `errors`',
    why: 'nothing is saved by it (RFC 9520 is about resolution), and who reads the log sees each',
    noticedBy: ['log', 'dashboard'],
  },
  {
    id: 'rewrite-edns0-cached',
    coredns: 'keeps one answer for all clients, though `rewrite edns0` has told the upstream who asked',
    ours: 'keeps none where an option holds bits of the client’s address, or its port',
    why: 'such an answer is for that network alone (RFC 7871 §7.3)',
    noticedBy: ['client', 'upstream', 'dashboard'],
  },
  {
    id: 'rd0',
    coredns: 'serves RD=1 with the answer to RD=0',
    ours: 'asks again with RD=1',
    why: 'an upstream may say less to RD=0 (RFC 1034 §4.3.1)',
    noticedBy: ['client', 'upstream'],
  },
  {
    id: 'do-serves-nodo',
    coredns: 'keeps an answer for DO and one for those without',
    ours: 'serves those without from the one for DO, less its signatures',
    why: 'RFC 4035 §3.2.1; saves questions',
    noticedBy: ['upstream', 'dashboard'],
  },
  {
    id: 'caching-metrics',
    coredns: 'counts entries, hits and misses of what it keeps',
    ours: 'of what it keeps; later answers differ in age, or are of another moment',
    why: 'follows from the rows above, and from `attempt-schedule` and `coalesce`',
    noticedBy: ['client', 'log', 'dashboard', 'upstream'],
  },
  {
    id: 'entries-zero',
    coredns: 'shows `coredns_cache_entries` from the first entry on',
    ours: 'from the first miss on, with 0',
    why: 'a gauge is better there than not, as Prometheus recommends',
    noticedBy: ['dashboard'],
  },
  {
    id: 'class-metrics',
    coredns: 'counts queries and answers by the codes that it tells',
    ours: 'by those that it tells',
    why: 'follows from rows by which an answer has another code, or there is none',
    noticedBy: ['dashboard'],
  },
];
