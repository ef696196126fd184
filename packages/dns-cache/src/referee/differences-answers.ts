import type { Difference } from './difference.ts';

/** What clients are told, and what is said of it. */
export const ANSWER_DIFFERENCES: readonly Difference[] = [
  { id: 'edns-size-answer', coredns: "tells the client's own UDP size in OPT, even 0", ours: 'tells 1232', why: "the size in a response is the responder's (RFC 6891 §6.2.3)", noticedBy: ['client'] },
  { id: 'udp-1232', coredns: 'answers over UDP with as much as the client takes', ours: 'with 1232 octets at most', why: 'RFC 9715 §3.1 R5; larger ones are fragmented', noticedBy: ['client', 'log'] },
  { id: 'rewrite-edns0-opt', coredns: 'answers with OPT, and logs its size, where `rewrite edns0` has added one to a query without', ours: 'answers without, and logs the query as it came', why: 'no OPT in the response to a request without one (RFC 6891 §7)', noticedBy: ['client', 'log'] },
  { id: 'rewrite-option-to-client', coredns: 'options that `rewrite edns0` adds come back to the client', ours: 'none does', why: 'a client has no use for what it did not ask for (RFC 6891 §6.1.2)', noticedBy: ['client'] },
  { id: 'upstream-option-to-client', coredns: 'passes options of the upstream on, without `cache`', ours: 'passes extended errors on alone', why: 'OPT is hop by hop (RFC 6891 §6.1.1)', noticedBy: ['client'] },
  { id: 'ede-added', coredns: 'says SERVFAIL and no more; an extended error of an upstream is lost where there is `cache`', ours: 'says why, in an extended error, from the cache too', why: 'RFC 8914; asked for', noticedBy: ['client'] },
  { id: 'keepalive', coredns: 'does not answer edns-tcp-keepalive over TCP', ours: 'tells how long an idle connection is kept', why: 'RFC 7828 §3.3.2', noticedBy: ['client'] },
  { id: 'acl-opt', coredns: '`acl` and `ederror` of `template` answer with OPT and DO to whoever asks', ours: 'with OPT and DO as the query had them', why: 'RFC 6891 §7, RFC 3225 §3', noticedBy: ['client', 'log'] },
  { id: 'cd-copied', coredns: "a miss has the upstream's CD, a hit the client's", ours: "always the client's", why: 'RFC 4035 §3.2.2', noticedBy: ['client', 'log'] },
  { id: 'ad-unasked', coredns: 'passes AD on without `cache`', ours: 'tells it to those that set AD or DO', why: 'RFC 6840 §5.8', noticedBy: ['client', 'log'] },
  { id: 'formerr-ad', coredns: 'copies AD into FORMERR and NOTIMP', ours: 'clears it', why: 'RFC 6840 §5.8', noticedBy: ['client'] },
  { id: 'question-checks', coredns: 'answers or forwards two OPT, records in answer or authority, classes NONE and 0', ours: 'FORMERR or REFUSED, neither logged nor counted', why: 'RFC 6891 §6.1.1, RFC 1035 §4.1.2; asked for', noticedBy: ['client', 'log', 'dashboard', 'upstream'] },
  { id: 'rewrite-class-hosts', coredns: '`hosts` answers any class', ours: 'IN alone', why: 'classes are separate (RFC 1035 §3.2.4)', noticedBy: ['client', 'log', 'dashboard', 'upstream'] },
  { id: 'rewrite-continue-question', coredns: 'the question comes back rewritten after `rewrite continue name` without answer rules', ours: "the client's own comes back", why: 'clients drop an answer to another question (RFC 5452 §4.2)', noticedBy: ['client'] },
  { id: 'rewrite-cname-case', coredns: '`rewrite cname` tells capitals from small letters', ours: 'it does not', why: 'RFC 4343 §3', noticedBy: ['client', 'log', 'dashboard', 'upstream'] },
  { id: 'owner-case', coredns: 'names come as they were written, or first asked', ours: "as in the client's query where they are the same", why: "the client's name is pointed to, which is shorter and passes 0x20 checks", noticedBy: ['client'] },
  { id: 'minimal-cname', coredns: '`minimal` leaves no SOA behind an alias that leads to no data', ours: 'leaves it', why: 'the client needs it to keep the denial (RFC 2308 §2.2, §5)', noticedBy: ['client', 'log'] },
  { id: 'dns64-ra', coredns: '`dns64` answers without RA', ours: 'with RA as the upstream has it', why: 'a stub resolver may take a server without RA for one that does not resolve (RFC 1035 §4.1.1)', noticedBy: ['client', 'log'] },
  { id: 'dns64-prefix-options', coredns: '`dns64 PREFIX { ... }` passes over its options, against what it documents', ours: 'reads them', why: 'whoever writes them means them', noticedBy: ['client', 'log', 'dashboard'] },
  { id: 'ds-view', coredns: 'DS goes to the last of several blocks for a zone that a `view` lets it into', ours: 'to the first, as any type does', why: 'blocks are asked in their order', noticedBy: ['log'] },
  { id: 'plugin-label', coredns: '`plugin` of `coredns_dns_responses_total` names the directive next to `prometheus`', ours: 'names the one that wrote the answer', why: "what CoreDNS documents, and did before 1.14; sums over it are the same", noticedBy: ['dashboard'] },
  { id: 'log-size-trimmed', coredns: '{size} is without options that it does not know, where it has answered with OPT', ours: 'is what came', why: 'what CoreDNS documents, and its metric counts', noticedBy: ['log'] },
  { id: 'template-error-text', coredns: 'says at which column a record that a template spoils goes wrong', ours: 'says in which field', why: 'in words for people', noticedBy: ['log'] },
];
