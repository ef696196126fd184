import type { NodeFile } from '@nodelocal/netfilter-sim';
import { lab } from '../../support/lab.ts';
import type { Lab } from '../../support/lab.ts';

interface ChainDraft {
  readonly name: string;
  readonly base?: {
    readonly type?: 'filter' | 'nat' | 'route';
    readonly hook: string;
    readonly prio: number;
    readonly policy?: 'accept' | 'drop';
  };
  /** Each rule is a list of statements. */
  readonly rules: readonly (readonly object[])[];
}

export interface TableDraft {
  readonly family?: 'ip' | 'ip6' | 'inet';
  readonly name?: string;
  readonly chains: readonly ChainDraft[];
  /** What else belongs to the table: sets, maps, limits. */
  readonly objects?: readonly { readonly kind: 'set' | 'map' | 'limit'; readonly is: object }[];
}

/** What `nft -j list ruleset` prints of these tables; rules have their numbers as handles. */
export const dump = (...tables: readonly TableDraft[]): string => {
  let handle = 0;
  const objects = tables.flatMap(({ family = 'ip', name = 't', chains, objects = [] }) => {
    const own = { family, table: name };
    return [
      { table: { family, name } },
      ...objects.map(({ kind, is }) => ({ [kind]: { ...own, ...is } })),
      ...chains.map((chain) => ({
        chain: { ...own, name: chain.name, ...(chain.base === undefined ? {} : { type: 'filter', ...chain.base }) },
      })),
      ...chains.flatMap((chain) =>
        chain.rules.map((expr) => ({ rule: { ...own, chain: chain.name, handle: (handle += 1), expr } })),
      ),
    ];
  });
  return JSON.stringify(
    { nftables: [{ metainfo: { version: '1.0.6', json_schema_version: 1 } }, ...objects] },
    undefined,
    1,
  );
};

/** The node of the lab with these tables of nftables, and rules of iptables besides. */
export const nftLab = (json: string, files: Readonly<Partial<Record<NodeFile, string>>> = {}, seed = 1): Lab =>
  lab('', { 'nft-ruleset.json': json, ...files }, seed);

export const forward = { hook: 'forward', prio: 0 } as const;
export const prerouting = { hook: 'prerouting', prio: -300 } as const;
export const translation = { type: 'nat', hook: 'prerouting', prio: -100 } as const;

export const payload = (protocol: string, field: string): object => ({ payload: { protocol, field } });
export const meta = (key: string): object => ({ meta: { key } });
export const ct = (key: string, dir?: 'original' | 'reply'): object => ({
  ct: dir === undefined ? { key } : { key, dir },
});
export const match = (left: object, right: unknown, op = '=='): object => ({ match: { op, left, right } });
export const ACCEPT = { accept: null };
export const DROP = { drop: null };

/** Several values in one place, as nft lists them. */
export const set = (...elements: readonly unknown[]): object => ({ set: elements });

export const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.244.1.6:53';
export const SYN = 'pod1: tcp 10.244.1.5:40000 > 10.244.1.6:80 flags S';
