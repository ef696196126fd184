/** What a server does with a query. `answer` gives A 192.0.2.1 or AAAA 2001:db8::1, `nodata` neither; `lame` neither, and no recursion. */
export type Deed = 'answer' | 'nodata' | 'nxdomain' | 'servfail' | 'refused' | 'notimp' | 'formerr' | 'lame' | 'truncated' | 'silent';

/** A deed, and for which queries; a name has its dot at the end. A rule with `times` holds for so many. */
export interface Rule {
  readonly server?: number;
  readonly type?: 'A' | 'AAAA';
  readonly name?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly times?: number;
  readonly does: Deed;
}

/** A name to look up, with servers 127.0.0.1, 127.0.0.2 and so on. What no rule fits does not exist. */
export interface Situation {
  readonly what: string;
  readonly name: string;
  readonly resolvConf: string;
  readonly rules: readonly Rule[];
  /** Servers whose port is closed. */
  readonly closed?: readonly number[];
  /** Give up after so long, where the real one would wait for ever. The program has to start within it, so nothing may be asked just before. */
  readonly withinMs?: number;
}

/** A query, as a server sees it. */
export interface Asked {
  readonly server: number;
  readonly transport: 'udp' | 'tcp';
  /** Source port. */
  readonly socket: number;
  readonly name: string;
  readonly type: string;
  readonly authenticated: boolean;
  /** The size that EDNS offers; undefined without EDNS. */
  readonly edns: number | undefined;
  readonly atMs: number;
}

/** Last octets of the nameservers. */
export const serversOf = ({ resolvConf }: Situation): readonly number[] =>
  [...resolvConf.matchAll(/^nameserver 127\.0\.0\.(\d+)/gm)].map(([, last]) => Number(last));
