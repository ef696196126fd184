import type { Difference, Piece } from '../compare/difference.ts';
import { comparePieces } from '../compare/difference.ts';
import { TABLE_NAME } from './fixed-names.ts';

const partsOf = (list: string): readonly string[] => [...list.matchAll(/(?:[^,"]|"[^"]*")+/g)].map(([part]) => part.replaceAll(/\s+/g, ' ').trim());

/** Elements of a set that rules add to are clients that came by: nobody wrote them. */
const setLines = (body: string): readonly string[] => {
  const [, properties = '', list = ''] = /^(.*?)(?:\n\s*elements = \{(.*)\})?\s*$/s.exec(body) ?? [];
  const isDynamic = /^\s*flags [a-z,]*\bdynamic\b/m.test(properties);
  return [...linesOf(properties), ...(isDynamic ? [] : partsOf(list))];
};

const linesOf = (body: string): readonly string[] =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const BLOCK = /^\t(chain|set|map) (\S+) \{\n(.*?)^\t\}$/gms;

/** By where they are, `ip kube-proxy chain services`; tables of others are left alone. */
const piecesOf = (ruleset: string): readonly Piece[] => {
  const found: Piece[] = [];
  for (const [, family = '', name = '', body = ''] of ruleset.matchAll(/^table (\S+) (\S+) \{\n(.*?)^\}$/gms)) {
    if (name !== TABLE_NAME) continue;
    const table = `${family} ${name}`;
    found.push({ where: table, lines: [`table ${table}`, ...linesOf(body.replaceAll(BLOCK, ''))], isOrdered: true });
    for (const [, kind = '', named = '', inside = ''] of body.matchAll(BLOCK)) {
      const title = `${kind} ${named}`;
      // The elements of a set have no order.
      const isOrdered = kind === 'chain';
      found.push({ where: `${table} ${title}`, lines: [title, ...(isOrdered ? linesOf(inside) : setLines(inside))], isOrdered });
    }
  }
  return found;
};

/** kube-proxy's tables in two texts as `nft list ruleset` prints them: rules of a chain in their order; elements, and chains among each other, in any. */
export const compareNftables = (recorded: string, ours: string): readonly Difference[] => comparePieces(piecesOf(recorded), piecesOf(ours));
