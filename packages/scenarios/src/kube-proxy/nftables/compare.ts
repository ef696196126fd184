import { TABLE_NAME } from './fixed-names.ts';

/** Of one chain, set or map, what one text has and the other has not. */
export interface RulesetDifference {
  /** `ip kube-proxy chain services`. */
  readonly where: string;
  /** Lines, or elements, that the recorded text has and ours lacks. */
  readonly missing: readonly string[];
  /** Those that only ours has. */
  readonly extra: readonly string[];
}

interface Block {
  /** Its first line is the one that opens it, so that an empty block is something too. */
  readonly lines: readonly string[];
  /** Not where it is a set: its elements have no order. */
  readonly isOrdered: boolean;
}

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

/** By where they are; tables of others are left alone. */
const blocksOf = (ruleset: string): ReadonlyMap<string, Block> => {
  const found = new Map<string, Block>();
  for (const [, family = '', name = '', body = ''] of ruleset.matchAll(/^table (\S+) (\S+) \{\n(.*?)^\}$/gms)) {
    if (name !== TABLE_NAME) continue;
    const table = `${family} ${name}`;
    found.set(table, { lines: [`table ${table}`, ...linesOf(body.replaceAll(BLOCK, ''))], isOrdered: true });
    for (const [, kind = '', named = '', inside = ''] of body.matchAll(BLOCK)) {
      const title = `${kind} ${named}`;
      const isOrdered = kind === 'chain';
      found.set(`${table} ${title}`, { lines: [title, ...(isOrdered ? linesOf(inside) : setLines(inside))], isOrdered });
    }
  }
  return found;
};

/** Those of one list that the other has not, each as often as it is too many. */
const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
};

const NOTHING: Block = { lines: [], isOrdered: false };

const differenceOf = (where: string, recorded: Block, ours: Block): readonly RulesetDifference[] => {
  const missing = without(recorded.lines, ours.lines);
  const extra = without(ours.lines, recorded.lines);
  if (missing.length > 0 || extra.length > 0) return [{ where, missing, extra }];
  // The same rules in another order are another chain: then all of them are named, each side in its own order.
  const isSame = !recorded.isOrdered || recorded.lines.every((line, index) => line === ours.lines[index]);
  return isSame ? [] : [{ where, missing: recorded.lines, extra: ours.lines }];
};

/**
 * Compares kube-proxy's tables in two texts as `nft list ruleset` prints them: rules of a chain in their order; elements, and
 * chains among each other, in any. None: they are the same.
 */
export const compareNftables = (recorded: string, ours: string): readonly RulesetDifference[] => {
  const [theirs, own] = [blocksOf(recorded), blocksOf(ours)];
  return [...new Set([...theirs.keys(), ...own.keys()])].flatMap((where) => differenceOf(where, theirs.get(where) ?? NOTHING, own.get(where) ?? NOTHING));
};
