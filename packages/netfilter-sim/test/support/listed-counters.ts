import { nftCounterKey } from '../../src/walk/rules/counters.ts';

interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

interface Listed {
  readonly rule?: {
    readonly family: 'ip' | 'ip6' | 'inet';
    readonly table: string;
    readonly chain: string;
    readonly handle: number;
    readonly expr: readonly { readonly counter?: Counter | string }[];
  };
  readonly counter?: Counter & { readonly family: 'ip' | 'ip6' | 'inet'; readonly table: string; readonly name: string };
}

/** Packets and octets that `nft -j list ruleset` lists of rules and named counters, as the model names them and as `packets:octets`. */
export const listedCounters = (listing: string): ReadonlyMap<string, string> =>
  new Map(
    (JSON.parse(listing) as { readonly nftables: readonly Listed[] }).nftables.flatMap(({ rule, counter }) => [
      ...(counter === undefined ? [] : [[nftCounterKey(counter), write(counter)] as const]),
      ...(rule?.expr ?? []).flatMap((statement) =>
        rule === undefined || typeof statement.counter !== 'object' ? [] : [[nftCounterKey(rule), write(statement.counter)] as const],
      ),
    ]),
  );

const write = ({ packets, bytes }: Counter): string => `${packets}:${bytes}`;
