import type { Difference } from '../compare/difference.ts';
import { comparePieces } from '../compare/difference.ts';
import { piecesOf } from './pieces.ts';
import type { IpvsTexts } from './texts.ts';

/**
 * Chain by chain, set by set, server by server; what a tool prints in an order of chance may stand in any order.
 * Everything counts, chains and sets of others too.
 */
export const compareIpvs = (recorded: IpvsTexts, ours: IpvsTexts): readonly Difference[] => comparePieces(piecesOf(recorded), piecesOf(ours));
