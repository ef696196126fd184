import type { Rule, Situation } from './situation.ts';

interface More {
  readonly servers?: number;
  readonly closed?: readonly number[];
  readonly name?: string;
  readonly withinMs?: number;
}

/** A situation with the search list a.test, b.test and one-second patience, unless `options` says otherwise. */
export const situation = (what: string, options: string, rules: readonly Rule[], { servers = 1, closed = [], name = 'w', withinMs }: More = {}): Situation => {
  const nameservers = Array.from({ length: servers }, (_, index) => `nameserver 127.0.0.${index + 1}\n`).join('');
  const written = /timeout:/.test(options) ? options : `timeout:1 ${options}`;
  return { what, name, resolvConf: `search a.test b.test\n${nameservers}options ${written}\n`, rules, closed, ...(withinMs === undefined ? {} : { withinMs }) };
};

const second: Rule = { name: 'w.b.test.', does: 'answer' };
const first: Rule = { name: 'w.a.test.', does: 'answer' };
const two = { servers: 2 } as const;

/** What every resolver goes through. */
export const COMMON: readonly Situation[] = [
  situation('the second name of the search list', '', [second]),
  situation('no name at all', '', []),
  situation('a name that exists without addresses', '', [{ does: 'nodata' }]),
  situation('a name with enough dots', 'ndots:2', [{ name: 'w.x.y.', does: 'answer' }], { name: 'w.x.y' }),
  situation('a name with enough dots that does not exist', 'ndots:1', [{ name: 'w.x.b.test.', does: 'answer' }], { name: 'w.x' }),
  situation('a name with a dot at its end', '', [], { name: 'w.x.' }),
  situation('a silent server', '', [{ does: 'silent' }]),
  situation('a silent server, for a name with enough dots', '', [{ does: 'silent' }], { name: 'w.x' }),
  situation('three silent servers', 'timeout:2', [{ does: 'silent' }], { servers: 3, name: 'w.' }),
  situation('a lost AAAA answer', '', [{ type: 'AAAA', does: 'silent' }, first]),
  situation('a lost A answer', '', [{ type: 'A', does: 'silent' }, first]),
  situation('an AAAA answer lost once', '', [{ type: 'AAAA', times: 1, does: 'silent' }, second]),
  situation('lost AAAA answers for names that do not exist', '', [{ type: 'AAAA', does: 'silent' }]),
  situation('a silent first server', '', [{ server: 1, does: 'silent' }, second], two),
  situation('server failures', '', [{ does: 'servfail' }], two),
  situation('a server failure for A', '', [{ type: 'A', does: 'servfail' }, { does: 'answer' }]),
  situation('a server failure for AAAA', '', [{ type: 'AAAA', does: 'servfail' }, { does: 'answer' }]),
  situation('failures of the first server', '', [{ server: 1, does: 'servfail' }, { does: 'answer' }], two),
  situation('refusals', '', [{ does: 'refused' }], two),
  situation('format errors', '', [{ does: 'formerr' }], two),
  situation('a lame first server', '', [{ server: 1, does: 'lame' }, first], two),
  situation('a closed first server', '', [second], { ...two, closed: [1] }),
  situation('a closed first server and a silent second', '', [{ does: 'silent' }], { ...two, closed: [1] }),
  situation('a silent first server and a closed second', '', [{ does: 'silent' }], { ...two, closed: [2] }),
  situation('truncated answers', '', [{ transport: 'udp', does: 'truncated' }, second]),
  situation('a truncated A answer', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, first]),
];

/** Options that several know. */
export const OPTIONS: readonly Situation[] = [
  situation('single-request', 'single-request', [second]),
  situation('single-request and a lost AAAA answer', 'single-request', [{ type: 'AAAA', does: 'silent' }, first]),
  situation('single-request and a lost A answer of the first server', 'single-request', [{ server: 1, type: 'A', does: 'silent' }, first], two),
  situation('single-request and a failing first server', 'single-request', [{ server: 1, type: 'A', does: 'servfail' }, first], two),
  situation('single-request and server failures', 'single-request', [{ does: 'servfail' }], two),
  situation('single-request-reopen', 'single-request-reopen', [second]),
  situation('single-request-reopen and a lost AAAA answer', 'single-request-reopen', [{ type: 'AAAA', does: 'silent' }, first]),
  situation('use-vc', 'use-vc', [second]),
  situation('use-vc and server failures', 'use-vc', [{ does: 'servfail' }], two),
  situation('use-vc and a server failure for A', 'use-vc', [{ type: 'A', does: 'servfail' }, second], two),
  situation('use-vc and a closed first server', 'use-vc', [second], { ...two, closed: [1] }),
  situation('use-vc and a silent server', 'use-vc', [{ does: 'silent' }], { ...two, withinMs: 5700 }),
  situation('trust-ad', 'trust-ad', [second]),
  situation('edns0', 'edns0', [second]),
  situation('edns0 and format errors', 'edns0', [{ does: 'formerr' }], two),
  situation('truncated, and server failures by TCP', '', [{ transport: 'udp', does: 'truncated' }, { does: 'servfail' }], two),
  situation('truncated, and silence by TCP', '', [{ transport: 'udp', does: 'truncated' }, { does: 'silent' }], { ...two, withinMs: 5700 }),
  situation('a server failure, and silence', '', [{ server: 1, does: 'servfail' }, { does: 'silent' }], two),
  situation('a refusal for AAAA of a name without addresses', '', [{ type: 'AAAA', does: 'refused' }, { does: 'nodata' }], two),
  situation('a refusal for A', '', [{ type: 'A', does: 'refused' }, { does: 'nxdomain' }], two),
];

/**
 * Whether no port is closed. On loopback the ICMP error is there before the second query is written: c-ares 1.18.1 then loses
 * it in writing that one, and the first query waits in vain. On a network it is read from the socket, as its models have it.
 */
export const listensEverywhere = ({ closed }: Situation): boolean => (closed ?? []).length === 0;
