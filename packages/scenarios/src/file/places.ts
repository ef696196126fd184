import type { Position } from '@nodelocal/netfilter-sim';
import type { Document, LineCounter } from 'yaml';
import { isMap, isNode, isScalar } from 'yaml';

/** What leads to a part of a value: `['lookups', 2, 'client']`. */
export type Path = readonly PropertyKey[];

/** Where a file says what. */
export interface Places {
  /** Of a part of the value, or of the nearest around it that the file has. */
  at(path: Path): Position;
  /** Of a character of the file, from 0. */
  atOffset(offset: number): Position;
  /** Of a line and a column, from 1, of the text at this path: in the file that it names, or here; of all of it, where it is not written line by line. */
  within(path: Path, line: number, column: number): Position;
}

/** `lookups[2].client` */
export const pathOf = (text: string): Path =>
  text.split(/[.[\]]+/).filter((part) => part !== '').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

export const placesOf = (file: string, source: string, document: Document.Parsed, lines: LineCounter): Places => {
  const atOffset = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  /** Where the part at a path begins: its name, where it has one. */
  const offsetOf = (path: Path): number => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parent: unknown = document.getIn(path.slice(0, depth - 1), true);
      const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[depth - 1])) : undefined;
      const found: unknown = pair === undefined ? document.getIn(path.slice(0, depth), true) : pair.key;
      if (isNode(found) && found.range) return found.range[0];
    }
    return document.contents?.range[0] ?? 0;
  };

  const indentationAt = (line: number): number => /^ */.exec(source.split(/\r?\n/)[line - 1] ?? '')?.[0].length ?? 0;

  return {
    at: (path) => atOffset(offsetOf(path)),
    atOffset,
    within(path, line, column) {
      const node: unknown = document.getIn(path, true);
      if (isMap(node)) return { file: String(node.get('file')), line, column };
      if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || !node.range) return atOffset(offsetOf(path));
      const header = atOffset(node.range[0]);
      return { file, line: header.line + line, column: indentationAt(header.line + 1) + column };
    },
  };
};
