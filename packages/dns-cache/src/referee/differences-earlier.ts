import type { Difference } from './difference.ts';
import { EVERY_BLOCK, having, REWRITE_OPTION } from './touches.ts';

/** What CoreDNS 1.14.4 does otherwise than 1.15, which is followed; node-cache 1.26.8 has it inside. */
export const EARLIER_DIFFERENCES: readonly Difference[] = [
  { id: 'hit-aa', coredns: 'hits of the cache have AA', ours: 'what the answer had', why: 'as CoreDNS 1.15 has it; what is kept is no authority (RFC 1035 §4.1.1)', noticedBy: ['client', 'log'], touches: having('cache') },
  { id: 'upstream-ad', coredns: 'asks upstreams for AD only where the client did', ours: 'always, where there is a cache', why: 'as CoreDNS 1.15 has it; what is kept serves those who ask for it', noticedBy: ['upstream', 'client'], touches: having('cache', 'forward') },
  { id: 'log-dash', coredns: 'the log of a query that nothing has answered says `- - 0` for code, flags and size', ours: 'says what the client was told', why: 'as CoreDNS 1.15 has it', noticedBy: ['log'], touches: having('log') },
  { id: 'log-written', coredns: 'the log and `errors` say name, type and size as the client wrote them', ours: 'but for the name, as `rewrite` has made them', why: 'as CoreDNS 1.15 has it', noticedBy: ['log'], touches: having('rewrite') },
  { id: 'options-echo', coredns: "options of the client come back to it", ours: 'none does', why: 'as CoreDNS 1.15 has it; RFC 6891 §6.1.1', noticedBy: ['client'], touches: EVERY_BLOCK },
  { id: 'cache-before-rewrite', coredns: '`cache` comes before `rewrite`: it keeps what that has made, under the name of the client, and bounds its TTLs', ours: 'after it', why: 'as CoreDNS 1.15 has it', noticedBy: ['client', 'dashboard', 'upstream'], touches: having('cache', 'rewrite') },
  { id: 'cache-before-acl', coredns: '`cache` comes before `acl`, and counts queries that are then blocked', ours: 'after it', why: 'as CoreDNS 1.15 has it', noticedBy: ['dashboard'], touches: having('cache', 'acl') },
  { id: 'rewrite-panic', coredns: '`rewrite edns0 ... revert` panics where what answers sets no OPT, as `hosts` and `template`: SERVFAIL is told, or with `debug` the process ends', ours: 'goes on', why: 'as CoreDNS 1.15 has it', noticedBy: ['client', 'log'], touches: { all: [[REWRITE_OPTION]] } },
  { id: 'kept-beside', coredns: 'keeps answers whose aliases go in a circle, or are two for one name, or that are about another type', ours: 'keeps none of them', why: 'as CoreDNS 1.15 has it; RFC 2181 §10.1', noticedBy: ['client', 'upstream'], touches: having('cache') },
  { id: 'log-class', coredns: 'a denial without SOA is of the class `error`', ours: 'of the class `denial`', why: 'as CoreDNS 1.15 has it', noticedBy: ['log'], touches: { all: [[{ directive: 'log', option: ['class'] }]] } },
  { id: 'hosts-wildcard', coredns: 'in `hosts` a name `*.NAME` is that name alone, has a reverse entry and is counted twice', ours: 'is all names below NAME', why: 'as CoreDNS 1.15 has it', noticedBy: ['client', 'dashboard'], touches: having('hosts') },
  { id: 'newer-options', coredns: 'does not start with options that came later: `serve_stale` with times, `serve_stale_policy`, `read_timeout`, `fallthrough_unsupported`, `localhost_prefix`', ours: 'knows them', why: 'as CoreDNS 1.15 has it', noticedBy: ['log'], touches: { all: [[{ directive: 'cache', option: ['serve_stale'] }, { directive: 'cache', option: ['serve_stale_policy'] }, { directive: 'forward', option: ['read_timeout'] }, { directive: 'hosts', option: ['fallthrough_unsupported'] }, { directive: 'local', hasOptions: true }]] } },
];
