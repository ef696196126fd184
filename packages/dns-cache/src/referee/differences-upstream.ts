import type { Difference } from './difference.ts';
import { EVERY_BLOCK, having } from './touches.ts';

/** What upstreams are asked, and when. */
export const UPSTREAM_DIFFERENCES: readonly Difference[] = [
  {
    id: 'edns-upstream',
    coredns: "passes the client's OPT on, with its size; none where the client had none",
    ours: 'asks with an OPT of its own of 1232 octets, or of fewer with `bufsize`; DO is copied',
    why: 'OPT is hop by hop (RFC 6891 §6.1.1, §6.2.3), and 1232 octets are not fragmented (RFC 9715)',
    noticedBy: ['upstream'],
    touches: having('forward'),
  },
  {
    id: 'client-options-upstream',
    coredns: 'passes the options of the client on',
    ours: 'passes none on; `rewrite edns0` adds what an upstream is to know',
    why: 'OPT is hop by hop (RFC 6891 §6.1.1)',
    noticedBy: ['upstream'],
    touches: having('forward'),
  },
  {
    id: 'attempt-schedule',
    coredns: 'waits for `read_timeout` (2 s) before it tries again; asks again for each client',
    ours: 'tries again after the usual round trip, 500 ms at first; remembers for 1 s that nobody answered',
    why: 'asked for; a client gives up after 5 s, and a failure is to be kept for 1 s at least (RFC 9520 §3.2)',
    noticedBy: ['client', 'log', 'upstream'],
    asCoreDns: '`servfail 0` of `cache` keeps no failure',
    touches: having('forward'),
  },
  {
    id: 'badvers-upstream',
    coredns: 'passes FORMERR, NOTIMP and BADVERS of an upstream on',
    ours: 'asks it again without OPT',
    why: 'RFC 6891 §6.2.2, §7',
    noticedBy: ['client', 'log', 'upstream'],
    touches: having('forward'),
  },
  {
    id: 'coalesce',
    coredns: 'asks for each of identical questions that come at once',
    ours: 'asks once for all of them',
    why: 'identical questions under way help a forger (RFC 5452 §5); asked for',
    noticedBy: ['upstream'],
    touches: having('cache', 'forward'),
  },
  {
    id: 'axfr-refused',
    coredns: 'forwards AXFR and IXFR as it does other questions',
    ours: 'refuses them where they would be forwarded; logged and counted',
    why: 'a transfer is more than one message (RFC 5936 §2.2), which a forwarder does not carry',
    noticedBy: ['client', 'log', 'dashboard', 'upstream'],
    touches: having('forward'),
  },
  {
    id: 'notify-notimp',
    coredns: 'treats other opcodes as QUERY',
    ours: 'answers NOTIMP; neither logged nor counted',
    why: 'what is not a question has no answer that could be kept or forwarded (RFC 1996 §4.7 leaves it open)',
    noticedBy: ['client', 'log', 'dashboard', 'upstream'],
    touches: EVERY_BLOCK,
  },
  {
    id: 'health-counters',
    coredns: 'counts each probe, and each query that met all upstreams down',
    ours: 'probes after 1 s and then the pause; a kept failure meets nobody',
    why: 'follows from `attempt-schedule`',
    noticedBy: ['dashboard'],
    touches: { ...having('forward'), none: [{ directive: 'forward', option: ['max_fails', '0'] }] },
  },
  {
    id: 'errors-local-address',
    coredns: '`read udp 127.0.0.1:41000->127.0.0.1:53: i/o timeout`',
    ours: '`read udp 127.0.0.1:53: i/o timeout`',
    why: 'questions go out by sockets that are shared; a `consolidate` of `^read udp .* i/o timeout$` fits both',
    noticedBy: ['log'],
    touches: having('errors', 'forward'),
  },
];
