import type { Piece } from './pieces.ts';
import { piecesOf } from './pieces.ts';
import type { IpvsTexts } from './texts.ts';

/** Where two nodes differ: in one chain, one set, one virtual server, or on the device. */
export interface IpvsDifference {
  /** `iptables nat KUBE-SERVICES`, `ipset KUBE-CLUSTER-IP`, `ipvsadm -t 10.96.0.10:53`, `kube-ipvs0`. */
  readonly where: string;
  /** Lines that only the recorded one has. */
  readonly missing: readonly string[];
  /** Lines that only ours has. */
  readonly extra: readonly string[];
}

/** What is in the first list and not in the second, a line that comes twice being two. */
const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

/** The same lines in another order: from the first that is not where it should be to the last. */
const misplaced = (recorded: readonly string[], ours: readonly string[]): Pick<IpvsDifference, 'missing' | 'extra'> => {
  const isOff = (line: string, at: number): boolean => line !== ours[at];
  const from = recorded.findIndex(isOff);
  const to = recorded.findLastIndex(isOff) + 1;
  return from < 0 ? { missing: [], extra: [] } : { missing: recorded.slice(from, to), extra: ours.slice(from, to) };
};

const comparePieces = (recorded: Piece | undefined, ours: Piece | undefined): Pick<IpvsDifference, 'missing' | 'extra'> => {
  const [before, after] = [recorded?.lines ?? [], ours?.lines ?? []];
  const missing = without(before, after);
  const extra = without(after, before);
  const isSame = missing.length === 0 && extra.length === 0;
  return isSame && recorded?.isOrdered === true ? misplaced(before, after) : { missing, extra };
};

/**
 * Chain by chain, set by set, server by server; what a tool prints in an order of chance may stand in any order.
 * Everything counts, chains and sets of others too.
 */
export const compareIpvs = (recorded: IpvsTexts, ours: IpvsTexts): readonly IpvsDifference[] => {
  const [before, after] = [recorded, ours].map((texts) => new Map(piecesOf(texts).map((piece) => [piece.where, piece])));
  return [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])]
    .map((where) => ({ where, ...comparePieces(before?.get(where), after?.get(where)) }))
    .filter(({ missing, extra }) => missing.length > 0 || extra.length > 0);
};
